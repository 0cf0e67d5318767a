#include "optimizer.h"

#include "plan_walk.h"

namespace vedette::kql {

using columnar::Schema;

namespace {

bool is_idle(const ProjectNode& node) {
  const Schema& input = node.inputs[0]->output;
  if (node.output != input) return false;
  for (size_t i = 0; i < node.expressions.size(); ++i)
    if (node.expressions[i].kind != ExpressionKind::column || node.expressions[i].column != i) return false;
  return true;
}

}  // namespace

void drop_idle_projections(PlanPtr& plan) {
  while (plan->kind == NodeKind::project && is_idle(static_cast<const ProjectNode&>(*plan)))
    plan = std::move(plan->inputs[0]);
  for_each_child(*plan, [](PlanPtr& child, bool) { drop_idle_projections(child); });
}

void optimize(BoundQuery& query) {
  push_filters(query.root);
  for (Subplan& subplan : query.subplans) push_filters(subplan.plan);
  push_limits(*query.root);
  for (Subplan& subplan : query.subplans) push_limits(*subplan.plan);
  prune_columns(query);
  narrow_json(*query.root);
  for (Subplan& subplan : query.subplans) narrow_json(*subplan.plan);
  drop_idle_projections(query.root);
  for (Subplan& subplan : query.subplans) drop_idle_projections(subplan.plan);
}

}  // namespace vedette::kql
