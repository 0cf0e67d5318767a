#include "conditions.h"

#include <algorithm>

#include "plan_walk.h"
#include "vedette/kql/functions/signature.h"

namespace vedette::kql {
namespace {

void split(BoundExpression condition, std::vector<BoundExpression>& out) {
  if (condition.kind == ExpressionKind::call && condition.function->name == "and") {
    for (BoundExpression& operand : condition.arguments) split(std::move(operand), out);
    return;
  }
  out.push_back(std::move(condition));
}

}  // namespace

std::vector<BoundExpression> conjuncts(BoundExpression condition) {
  std::vector<BoundExpression> out;
  split(std::move(condition), out);
  return out;
}

BoundExpression both(BoundExpression a, BoundExpression b) {
  BoundExpression out;
  out.kind = ExpressionKind::call;
  out.type = Type::bool_;
  out.span = a.span;
  out.function = find_scalar("and").data();
  out.arguments.push_back(std::move(a));
  out.arguments.push_back(std::move(b));
  return out;
}

bool moves(const BoundExpression& condition) {
  if (condition.function && condition.function->determinism == Determinism::per_row) return false;
  return std::all_of(condition.arguments.begin(), condition.arguments.end(), moves);
}

std::optional<BoundExpression> over_columns(const BoundExpression& condition, const std::map<size_t, size_t>& columns) {
  BoundExpression out = condition;
  bool all = true;
  for_each_part(out, [&](BoundExpression& part) {
    if (part.kind != ExpressionKind::column) return;
    const auto found = columns.find(part.column);
    if (found == columns.end())
      all = false;
    else
      part.column = found->second;
  });
  return all ? std::optional(std::move(out)) : std::nullopt;
}

void put_filter_over(PlanPtr& plan, BoundExpression condition) {
  auto node = std::make_unique<FilterNode>();
  node->span = condition.span;
  node->output = plan->output;
  node->condition = std::move(condition);
  node->inputs.push_back(std::move(plan));
  plan = std::move(node);
}

void keep_conditions(PlanPtr& filter, std::vector<BoundExpression> conditions) {
  if (conditions.empty()) {
    PlanPtr input = std::move(filter->inputs[0]);
    filter = std::move(input);
    return;
  }
  BoundExpression all = std::move(conditions[0]);
  for (size_t i = 1; i < conditions.size(); ++i) all = both(std::move(all), std::move(conditions[i]));
  static_cast<FilterNode&>(*filter).condition = std::move(all);
}

}  // namespace vedette::kql
