#include "inline_subplans.h"

#include "plan_walk.h"

namespace vedette::kql {
namespace {

struct Use {
  size_t readers = 0;   // nodes
  bool pinned = false;  // read by an expression, or once per row: must stay a subplan
};

class Inliner {
 public:
  Inliner(BoundQuery& query, const std::set<size_t>& materialized)
      : query_(query), materialized_(materialized), uses_(query.subplans.size()) {}

  Status run() {
    count(*query_.root, false);
    for (size_t i = 0; i < query_.subplans.size(); ++i) {
      if (!is_read(i)) continue;
      expand(query_.subplans[i].plan, false);
      TRY(check_depth(*query_.subplans[i].plan, query_.subplans[i].plan->span));
    }
    expand(query_.root, false);
    TRY(check_depth(*query_.root, query_.root->span));
    drop_unread();
    return check_size();
  }

 private:
  bool is_read(size_t index) const { return uses_[index].readers > 0 || uses_[index].pinned; }

  // Counts the readers in this plan and, at the first reader, in the subplan it reads.
  void count(PlanNode& node, bool applied) {
    if (node.kind == NodeKind::subplan) read(static_cast<SubplanNode&>(node).index, applied);
    for_each_expression(node, [&](BoundExpression& expression) {
      for_each_part(expression, [&](BoundExpression& part) {
        if (part.kind == ExpressionKind::subquery) read(part.subplan, true);
      });
    });
    for_each_child(node, [&](PlanPtr& child, bool per_row) { count(*child, applied || per_row); });
  }

  void read(size_t index, bool pinned) {
    const bool first = !is_read(index);
    if (pinned) uses_[index].pinned = true;
    ++uses_[index].readers;
    if (first) count(*query_.subplans[index].plan, false);
  }

  void expand(PlanPtr& plan, bool applied) {
    if (plan->kind == NodeKind::subplan && !applied) {
      const size_t index = static_cast<SubplanNode&>(*plan).index;
      PlanPtr& shared = query_.subplans[index].plan;
      if (!uses_[index].pinned && uses_[index].readers == 1)
        plan = std::move(shared);
      else if (!materialized_.contains(index) && is_light(*shared))
        plan = copy_light(*shared);
      return;  // it was expanded before: subplans refer to earlier ones only
    }
    for_each_child(*plan, [&](PlanPtr& child, bool per_row) { expand(child, applied || per_row); });
  }

  // A subplan whose every reader has its own copy now is read no more.
  void drop_unread() {
    uses_.assign(uses_.size(), {});
    count(*query_.root, false);
    std::vector<size_t> renumbered(uses_.size(), 0);
    std::vector<Subplan> kept;
    for (size_t i = 0; i < uses_.size(); ++i) {
      renumbered[i] = kept.size();
      if (is_read(i)) kept.push_back(std::move(query_.subplans[i]));
    }
    query_.subplans = std::move(kept);
    renumber(*query_.root, renumbered);
    for (Subplan& subplan : query_.subplans) renumber(*subplan.plan, renumbered);
  }

  void renumber(PlanNode& node, const std::vector<size_t>& numbers) {
    if (node.kind == NodeKind::subplan) {
      auto& reader = static_cast<SubplanNode&>(node);
      reader.index = numbers[reader.index];
    }
    for_each_expression(node, [&](BoundExpression& expression) {
      for_each_part(expression, [&](BoundExpression& part) {
        if (part.kind == ExpressionKind::subquery) part.subplan = numbers[part.subplan];
      });
    });
    for_each_child(node, [&](PlanPtr& child, bool) { renumber(*child, numbers); });
  }

  Status check_size() {
    size_t nodes = count_nodes(*query_.root);
    for (Subplan& subplan : query_.subplans) nodes += count_nodes(*subplan.plan);
    if (nodes <= BindLimits::plan_nodes_max) return {};
    return Error(ErrorCode::limit_exceeded,
                 "The plan has more than " + std::to_string(BindLimits::plan_nodes_max) + " nodes (plan_nodes_max).",
                 query_.root->span);
  }

  BoundQuery& query_;
  const std::set<size_t>& materialized_;
  std::vector<Use> uses_;
};

}  // namespace

Status inline_subplans(BoundQuery& query, const std::set<size_t>& materialized) {
  return Inliner(query, materialized).run();
}

}  // namespace vedette::kql
