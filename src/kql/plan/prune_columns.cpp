// Columns that nothing reads are not delivered by scans and not carried through the plan.
//
// From the top down, each node is told which of its output columns are needed; it asks its inputs for what it needs
// itself, and answers where the needed columns are now. A node may keep more than it was asked for.
#include <algorithm>

#include "optimizer.h"
#include "plan_walk.h"

namespace vedette::kql {
namespace {

constexpr size_t gone = static_cast<size_t>(-1);
using columnar::Schema;
using Needed = std::vector<bool>;    // per output column
using Places = std::vector<size_t>;  // old output column → new one, or gone

Needed all_of(const PlanNode& node) { return Needed(node.output.size(), true); }

Places unchanged(const PlanNode& node) {
  Places places(node.output.size());
  for (size_t i = 0; i < places.size(); ++i) places[i] = i;
  return places;
}

void need(Needed& needed, BoundExpression& expression) {
  for_each_part(expression, [&](BoundExpression& part) {
    if (part.kind == ExpressionKind::column) needed[part.column] = true;
  });
}

void move_columns(BoundExpression& expression, const Places& places) {
  for_each_part(expression, [&](BoundExpression& part) {
    if (part.kind == ExpressionKind::column) part.column = places[part.column];
  });
}

// Keeps the marked items; answers where they went.
template <class Item>
Places keep(std::vector<Item>& items, const Needed& kept) {
  Places places(items.size(), gone);
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

class Pruner {
 public:
  explicit Pruner(BoundQuery& query) : query_(query) {
    for (const Subplan& subplan : query.subplans) read_.emplace_back(subplan.plan->output.size(), false);
  }

  // The root first, then the subplans from the last: readers of a subplan come after it.
  void run() {
    prune_exactly(query_.root, all_of(*query_.root));
    for (size_t i = query_.subplans.size(); i-- > 0;) prune_exactly(query_.subplans[i].plan, read_[i]);
  }

 private:
  // Prunes and keeps the schema: columns that were not needed are null.
  void prune_exactly(PlanPtr& plan, const Needed& needed) {
    const Schema schema = plan->output;
    const Places places = prune(*plan, needed);
    bool same = plan->output.size() == schema.size();
    for (size_t i = 0; same && i < places.size(); ++i) same = places[i] == i;
    if (same) return;
    auto node = std::make_unique<ProjectNode>();
    node->span = plan->span;
    node->output = schema;
    for (size_t i = 0; i < schema.size(); ++i)
      node->expressions.push_back(places[i] == gone ? constant_expression(columnar::constant_null(schema[i].type))
                                                    : column_expression(places[i], schema[i].type));
    node->inputs.push_back(std::move(plan));
    plan = std::move(node);
  }

  Places prune(PlanNode& node, Needed needed) {
    note_subqueries(node);
    switch (node.kind) {
      case NodeKind::scan:
        return prune_scan(static_cast<ScanNode&>(node), std::move(needed));
      case NodeKind::subplan:
        return note_reader(static_cast<SubplanNode&>(node), needed);
      case NodeKind::apply_input:
        return prune_leaf(node, needed);
      case NodeKind::project:
        return prune_project(static_cast<ProjectNode&>(node), needed);
      case NodeKind::summarize:
        return prune_summarize(static_cast<SummarizeNode&>(node), std::move(needed));
      case NodeKind::filter:
      case NodeKind::sort:
      case NodeKind::top:
      case NodeKind::take:
      case NodeKind::sample:
      case NodeKind::serialize:
        return prune_through(node, std::move(needed));
      case NodeKind::window:
      case NodeKind::parse_kv:
        return prune_appending(node, needed, {});
      case NodeKind::parse:
        return prune_parse(static_cast<ParseNode&>(node), needed);
      case NodeKind::join:
        return prune_join(static_cast<JoinNode&>(node), needed);
      case NodeKind::set_union:
        return prune_union(static_cast<UnionNode&>(node), needed);
      case NodeKind::mv_expand:
        return prune_mv_expand(static_cast<MvExpandNode&>(node), std::move(needed));
      case NodeKind::mv_apply:
        return prune_mv_apply(static_cast<MvApplyNode&>(node), needed);
      case NodeKind::count:
      case NodeKind::make_series:
        return prune_consuming(node);
      case NodeKind::values:
      case NodeKind::range:
        return unchanged(node);
      case NodeKind::distinct:
      case NodeKind::partition:
      case NodeKind::plugin:
        for (PlanPtr& input : node.inputs) prune_exactly(input, all_of(*input));
        if (node.kind == NodeKind::partition) prune_applied(*static_cast<PartitionNode&>(node).subplan);
        return unchanged(node);
    }
    return unchanged(node);
  }

  // Subqueries read the first column of their subplan.
  void note_subqueries(PlanNode& node) {
    for_each_expression(node, [&](BoundExpression& expression) {
      for_each_part(expression, [&](BoundExpression& part) {
        if (part.kind == ExpressionKind::subquery) read_[part.subplan][0] = true;
      });
    });
  }

  Places note_reader(SubplanNode& node, const Needed& needed) {
    for (size_t i = 0; i < needed.size(); ++i)
      if (needed[i]) read_[node.index][i] = true;
    return unchanged(node);
  }

  // A scan delivers at least one column, so that a batch has rows for every source.
  Places prune_scan(ScanNode& scan, Needed needed) {
    if (std::find(needed.begin(), needed.end(), true) == needed.end() && !needed.empty())
      needed[cheapest_column(scan.output)] = true;
    std::vector<size_t> columns;
    Places places(scan.output.size(), gone), request(scan.output.size(), gone);
    Schema output;
    for (size_t i = 0; i < needed.size(); ++i) {
      if (!needed[i]) continue;
      places[i] = request[i] = columns.size();
      columns.push_back(scan.request.columns[i]);
      output.push_back(scan.output[i]);
    }
    if (scan.condition) {
      Needed read(scan.output.size(), false);
      need(read, *scan.condition);
      for (size_t i = 0; i < read.size(); ++i) {
        if (!read[i] || request[i] != gone) continue;
        request[i] = columns.size();
        columns.push_back(scan.request.columns[i]);
      }
      move_columns(*scan.condition, request);
    }
    scan.request.columns = std::move(columns);
    scan.output = std::move(output);
    return places;
  }

  static size_t cheapest_column(const Schema& columns) {
    const auto fixed = [](const columnar::Column& column) {
      return column.type != Type::string && column.type != Type::dynamic;
    };
    const auto found = std::find_if(columns.begin(), columns.end(), fixed);
    return found == columns.end() ? 0 : static_cast<size_t>(found - columns.begin());
  }

  // mv-apply's sub-query: which columns of a row it needs.
  Places prune_leaf(PlanNode& leaf, const Needed& needed) {
    if (leaf_needed_ == nullptr) return unchanged(leaf);
    for (size_t i = 0; i < needed.size(); ++i)
      if (needed[i]) (*leaf_needed_)[i] = true;
    return keep(leaf.output, *leaf_needed_);
  }

  Places prune_project(ProjectNode& node, const Needed& needed) {
    keep(node.expressions, needed);
    const Places places = keep(node.output, needed);
    read_input(node);
    return places;
  }

  // Asks the input for what the node's expressions read, and moves them to where that is.
  void read_input(PlanNode& node) {
    Needed input(node.inputs[0]->output.size(), false);
    for_each_expression(node, [&](BoundExpression& expression) { need(input, expression); });
    const Places moved = prune(*node.inputs[0], std::move(input));
    for_each_expression(node, [&](BoundExpression& expression) { move_columns(expression, moved); });
  }

  Places prune_consuming(PlanNode& node) {
    read_input(node);
    return unchanged(node);
  }

  // A call goes when none of its results is needed.
  Places prune_summarize(SummarizeNode& node, Needed needed) {
    Needed calls(node.aggregates.size(), false);
    std::fill_n(needed.begin(), node.keys.size(), true);
    size_t at = node.keys.size();
    for (size_t i = 0; i < calls.size(); ++i) {
      const size_t end = at + node.aggregates[i].bound.result_types.size();
      calls[i] =
          std::find(needed.begin() + static_cast<std::ptrdiff_t>(at), needed.begin() + static_cast<std::ptrdiff_t>(end),
                    true) != needed.begin() + static_cast<std::ptrdiff_t>(end);
      for (; at < end; ++at) needed[at] = calls[i];
    }
    keep(node.aggregates, calls);
    const Places places = keep(node.output, needed);
    read_input(node);
    return places;
  }

  // Rows pass as they are.
  Places prune_through(PlanNode& node, Needed needed) {
    for_each_expression(node, [&](BoundExpression& expression) { need(needed, expression); });
    const Places places = prune(*node.inputs[0], std::move(needed));
    for_each_expression(node, [&](BoundExpression& expression) { move_columns(expression, places); });
    node.output = node.inputs[0]->output;
    return places;
  }

  // The input's columns, `kept` of them in any case, then columns of the node's own, which all stay.
  Places prune_appending(PlanNode& node, const Needed& needed, const std::vector<size_t>& kept) {
    const size_t width = node.inputs[0]->output.size();
    Needed input(needed.begin(), needed.begin() + static_cast<std::ptrdiff_t>(width));
    for (const size_t column : kept) input[column] = true;
    for_each_expression(node, [&](BoundExpression& expression) { need(input, expression); });
    Places places = prune(*node.inputs[0], std::move(input));
    for_each_expression(node, [&](BoundExpression& expression) { move_columns(expression, places); });
    Schema output = node.inputs[0]->output;
    for (size_t i = width; i < node.output.size(); ++i) {
      places.push_back(output.size());
      output.push_back(node.output[i]);
    }
    node.output = std::move(output);
    if (node.kind == NodeKind::parse_kv)
      for (auto& capture : static_cast<ParseKvNode&>(node).captures)
        capture.output_column = places[capture.output_column];
    return places;
  }

  // A capture may stand in the place of an input's column, which then stays.
  Places prune_parse(ParseNode& node, const Needed& needed) {
    std::vector<size_t> replaced;
    for (const ParseStep& step : node.steps)
      if (step.kind == ParseStep::Kind::capture && step.output_column < node.inputs[0]->output.size())
        replaced.push_back(step.output_column);
    Places places = prune_appending(node, needed, replaced);
    for (ParseStep& step : node.steps) {
      if (step.kind != ParseStep::Kind::capture) continue;
      step.output_column = places[step.output_column];
      node.output[step.output_column].type = step.type;
    }
    return places;
  }

  Places prune_join(JoinNode& node, const Needed& needed) {
    keep(node.outputs, needed);
    const Places places = keep(node.output, needed);
    Needed left(node.inputs[0]->output.size(), false), right(node.inputs[1]->output.size(), false);
    for (const JoinKey& key : node.keys) left[key.left] = right[key.right] = true;
    for (const JoinOutput& output : node.outputs) (output.side == JoinSide::left ? left : right)[output.column] = true;
    const Places moved_left = prune(*node.inputs[0], std::move(left));
    const Places moved_right = prune(*node.inputs[1], std::move(right));
    for (JoinKey& key : node.keys) key = {moved_left[key.left], moved_right[key.right]};
    for (JoinOutput& output : node.outputs)
      output.column = (output.side == JoinSide::left ? moved_left : moved_right)[output.column];
    return places;
  }

  // Every input has exactly the columns that are left.
  Places prune_union(UnionNode& node, const Needed& needed) {
    const Places places = keep(node.output, needed);
    for (PlanPtr& input : node.inputs) {
      const Places moved = prune(*input, needed);
      bool same = input->output.size() == node.output.size();
      for (size_t i = 0; same && i < moved.size(); ++i) same = moved[i] == places[i];
      if (!same) input = projected(std::move(input), moved, needed, node.output);
    }
    return places;
  }

  static PlanPtr projected(PlanPtr input, const Places& moved, const Needed& needed, const Schema& output) {
    auto node = std::make_unique<ProjectNode>();
    node->span = input->span;
    node->output = output;
    for (size_t i = 0; i < moved.size(); ++i)
      if (needed[i]) node->expressions.push_back(column_expression(moved[i], input->output[moved[i]].type));
    node->inputs.push_back(std::move(input));
    return node;
  }

  // The columns an expansion makes, which stay in any case.
  static Needed made_by(const MvExpandNode& node) {
    Needed made(node.output.size(), false);
    for (const MvExpansion& expansion : node.expansions) made[expansion.output_column] = true;
    if (node.index_output_column) made[*node.index_output_column] = true;
    return made;
  }

  // Which of a row's columns are repeated, and where everything stands then.
  static Places narrow_expansion(MvExpandNode& node, Needed needed) {
    const Needed made = made_by(node);
    for (size_t i = 0; i < made.size(); ++i)
      if (made[i]) needed[i] = true;
    std::erase_if(node.carried, [&](const MvExpandNode::Carried& carried) { return !needed[carried.output_column]; });
    const Places places = keep(node.output, needed);
    for (MvExpansion& expansion : node.expansions) expansion.output_column = places[expansion.output_column];
    if (node.index_output_column) node.index_output_column = places[*node.index_output_column];
    for (MvExpandNode::Carried& carried : node.carried) carried.output_column = places[carried.output_column];
    return places;
  }

  static void need_expansion(MvExpandNode& node, Needed& input) {
    for (const MvExpandNode::Carried& carried : node.carried) input[carried.input_column] = true;
    for_each_expression(node, [&](BoundExpression& expression) { need(input, expression); });
  }

  static void move_expansion(MvExpandNode& node, const Places& places) {
    for (MvExpandNode::Carried& carried : node.carried) carried.input_column = places[carried.input_column];
    for_each_expression(node, [&](BoundExpression& expression) { move_columns(expression, places); });
  }

  Places prune_mv_expand(MvExpandNode& node, Needed needed) {
    const Places places = narrow_expansion(node, std::move(needed));
    Needed input(node.inputs[0]->output.size(), false);
    need_expansion(node, input);
    move_expansion(node, prune(*node.inputs[0], std::move(input)));
    return places;
  }

  // The sub-query tells what it needs of an expanded row, that tells what is needed of an outer one.
  Places prune_mv_apply(MvApplyNode& node, const Needed& needed) {
    keep(node.outputs, needed);
    const Places places = keep(node.output, needed);
    Needed results(node.subplan->output.size(), false);
    for (const MvApplyNode::Output& output : node.outputs)
      if (output.from_subplan) results[output.column] = true;
    auto& expand = static_cast<MvExpandNode&>(*node.expand);
    Needed row = made_by(expand);
    const Places moved_results = prune_with_leaf(*node.subplan, std::move(results), row);
    narrow_expansion(expand, row);
    Needed input(node.inputs[0]->output.size(), false);
    need_expansion(expand, input);
    for (const MvApplyNode::Output& output : node.outputs)
      if (!output.from_subplan) input[output.column] = true;
    const Places moved = prune(*node.inputs[0], std::move(input));
    move_expansion(expand, moved);
    expand.inputs[0]->output = node.inputs[0]->output;
    for (MvApplyNode::Output& output : node.outputs)
      output.column = (output.from_subplan ? moved_results : moved)[output.column];
    return places;
  }

  Places prune_with_leaf(PlanNode& plan, Needed results, Needed& leaf_needed) {
    Needed* const outer = leaf_needed_;
    leaf_needed_ = &leaf_needed;
    Places places = prune(plan, std::move(results));
    leaf_needed_ = outer;
    return places;
  }

  void prune_applied(PlanNode& plan) {
    Needed* const outer = leaf_needed_;
    leaf_needed_ = nullptr;
    prune(plan, all_of(plan));
    leaf_needed_ = outer;
  }

  BoundQuery& query_;
  std::vector<Needed> read_;       // per subplan: the columns that are read
  Needed* leaf_needed_ = nullptr;  // where an apply-input says what it needs; null: it keeps all its columns
};

}  // namespace

void prune_columns(BoundQuery& query) { Pruner(query).run(); }

}  // namespace vedette::kql
