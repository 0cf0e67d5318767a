// Columns that nothing reads are not delivered by scans and not carried through the plan.
//
// From the top down, each node is told which of its output columns are needed; it asks its inputs for what it needs
// itself, and answers where the needed columns are now. A node may keep more than it was asked for.
#pragma once

#include <vector>

#include "vedette/kql/plan/plan.h"

namespace vedette::kql {

class Pruner {
 public:
  using Needed = std::vector<bool>;    // per output column
  using Places = std::vector<size_t>;  // old output column → new one, or `gone`
  static constexpr size_t gone = static_cast<size_t>(-1);

  explicit Pruner(BoundQuery& query);
  // The root first, then the subplans from the last: readers of a subplan come after it.
  void run();

 private:
  // Prunes and keeps the schema: columns that were not needed are null.
  void prune_exactly(PlanPtr& plan, const Needed& needed);
  Places prune(PlanNode& node, Needed needed);
  // Subqueries read the first column of their subplan.
  void note_subqueries(PlanNode& node);
  Places note_reader(SubplanNode& node, const Needed& needed);
  // A scan delivers at least one column, so that a batch has rows for every source.
  Places prune_scan(ScanNode& scan, Needed needed);
  // mv-apply's sub-query: which columns of a row it needs.
  Places prune_leaf(PlanNode& leaf, const Needed& needed);
  Places prune_project(ProjectNode& node, const Needed& needed);
  // Asks the input for what the node's expressions read, and moves them to where that is.
  void read_input(PlanNode& node);
  Places prune_consuming(PlanNode& node);
  // A call goes when none of its results is needed.
  Places prune_summarize(SummarizeNode& node, Needed needed);
  // Rows pass as they are.
  Places prune_through(PlanNode& node, Needed needed);
  // The input's columns, `kept` of them in any case, then columns of the node's own, which all stay.
  Places prune_appending(PlanNode& node, const Needed& needed, const std::vector<size_t>& kept);
  // A capture may stand in the place of an input's column, which then stays.
  Places prune_parse(ParseNode& node, const Needed& needed);
  Places prune_join(JoinNode& node, const Needed& needed);
  // Every input has exactly the columns that are left.
  Places prune_union(UnionNode& node, const Needed& needed);
  Places prune_mv_expand(MvExpandNode& node, Needed needed);
  // The sub-query tells what it needs of an expanded row, that tells what is needed of an outer one.
  Places prune_mv_apply(MvApplyNode& node, const Needed& needed);
  Places prune_with_leaf(PlanNode& plan, Needed results, Needed& leaf_needed);
  void prune_applied(PlanNode& plan);

  BoundQuery& query_;
  std::vector<Needed> read_;       // per subplan: the columns that are read
  Needed* leaf_needed_ = nullptr;  // where an apply-input says what it needs; null: it keeps all its columns
};

Pruner::Needed all_of(const PlanNode& node);
Pruner::Places unchanged(const PlanNode& node);
// Marks the columns that an expression reads; moves them to their places.
void need(Pruner::Needed& needed, BoundExpression& expression);
void move_columns(BoundExpression& expression, const Pruner::Places& places);

// Keeps the marked items; answers where they went.
template <class Item>
Pruner::Places keep(std::vector<Item>& items, const Pruner::Needed& kept) {
  Pruner::Places places(items.size(), Pruner::gone);
  size_t count = 0;
  for (size_t i = 0; i < items.size(); ++i) {
    if (!kept[i]) continue;
    places[i] = count;
    if (count != i) items[count] = std::move(items[i]);
    ++count;
  }
  items.erase(items.begin() + static_cast<std::ptrdiff_t>(count), items.end());
  return places;
}

}  // namespace vedette::kql
