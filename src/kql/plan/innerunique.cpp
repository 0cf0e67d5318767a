// A join of kind innerunique keeps one left row per key. Which one is not defined, but conditions right behind the join
// choose among them: "the filter is propagated to the left side" (join flavors, innerunique). So this is what the join
// means rather than an optimization, and holds with the optimizer off.
#include "innerunique.h"

#include "conditions.h"
#include "plan_walk.h"

namespace vedette::kql {
namespace {

// The innerunique join below the filters that begin at `plan`.
JoinNode* join_below(PlanNode& plan) {
  PlanNode* at = &plan;
  while (at->kind == NodeKind::filter) at = at->inputs[0].get();
  if (at->kind != NodeKind::join) return nullptr;
  auto* join = static_cast<JoinNode*>(at);
  return join->join_kind == JoinKind::innerunique ? join : nullptr;
}

void move_left_conditions(PlanPtr& filter, JoinNode& join) {
  std::map<size_t, size_t> left;
  for (size_t i = 0; i < join.outputs.size(); ++i)
    if (join.outputs[i].side == JoinSide::left) left.emplace(i, join.outputs[i].column);
  std::vector<BoundExpression> stay;
  for (BoundExpression& condition : conjuncts(std::move(static_cast<FilterNode&>(*filter).condition))) {
    auto of_left = moves(condition) ? over_columns(condition, left) : std::nullopt;
    if (of_left)
      put_filter_over(join.inputs[0], std::move(*of_left));
    else
      stay.push_back(std::move(condition));
  }
  keep_conditions(filter, std::move(stay));
}

}  // namespace

void filter_before_unique(PlanPtr& plan) {
  PlanPtr* at = &plan;
  if (JoinNode* join = join_below(*plan)) {
    while ((*at)->kind == NodeKind::filter) {
      PlanNode* before = at->get();
      move_left_conditions(*at, *join);
      if (at->get() == before) at = &(*at)->inputs[0];
    }
  }
  for_each_child(**at, [](PlanPtr& child, bool) { filter_before_unique(child); });
}

}  // namespace vedette::kql
