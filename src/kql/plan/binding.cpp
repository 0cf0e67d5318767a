#include "binding.h"

#include <algorithm>

#include "vedette/base/work_scope.h"

namespace vedette::kql {

Status check_options(const ast::Operator& op, std::initializer_list<std::string_view> known) {
  for (const ast::Option& option : op.options) {
    const std::string_view name = option.name.text;
    if (name.starts_with("hint.") || std::find(known.begin(), known.end(), name) != known.end()) continue;
    return not_supported("The option " + quoted(name) + " of " + quoted(op.keyword.text), option.name.span);
  }
  return {};
}

Status count_plan_node(Binding& binding, SourceSpan span) {
  TRY(base::may_go_on());
  if (++binding.plan_nodes <= BindLimits::plan_nodes_max) return {};
  return Error(ErrorCode::limit_exceeded,
               "The query has more than " + std::to_string(BindLimits::plan_nodes_max) +
                   " operators after its functions are expanded (plan_nodes_max).",
               span);
}

Status count_expression_nodes(Binding& binding, size_t nodes, SourceSpan span) {
  binding.expression_nodes += nodes;
  if (binding.expression_nodes <= BindLimits::expression_nodes_max) return {};
  return Error(ErrorCode::limit_exceeded,
               "The query has more than " + std::to_string(BindLimits::expression_nodes_max) +
                   " expressions after its functions are expanded (expression_nodes_max).",
               span);
}

int depth_of(const PlanNode& plan) {
  int below = 0;
  for (const PlanPtr& input : plan.inputs) below = std::max(below, depth_of(*input));
  if (plan.kind == NodeKind::mv_apply)
    below = std::max(below, depth_of(*static_cast<const MvApplyNode&>(plan).subplan));
  if (plan.kind == NodeKind::partition)
    below = std::max(below, depth_of(*static_cast<const PartitionNode&>(plan).subplan));
  return below + 1;
}

int depth_of(const BoundExpression& expression) {
  int below = 0;
  for (const BoundExpression& argument : expression.arguments) below = std::max(below, depth_of(argument));
  return below + 1;
}

size_t size_of(const BoundExpression& expression) {
  size_t size = 1;
  for (const BoundExpression& argument : expression.arguments) size += size_of(argument);
  return size;
}

Status Level::check(SourceSpan span) const {
  if (binding_.depth <= BindLimits::binding_depth_max) return {};
  return Error(ErrorCode::limit_exceeded,
               "Expressions and tables stand within each other more than " +
                   std::to_string(BindLimits::binding_depth_max) +
                   " deep after functions are expanded (binding_depth_max).",
               span);
}

Status check_depth(const PlanNode& plan, SourceSpan span) {
  if (depth_of(plan) <= BindLimits::plan_depth_max) return {};
  return Error(ErrorCode::limit_exceeded,
               "More than " + std::to_string(BindLimits::plan_depth_max) +
                   " operators follow each other after functions are expanded (plan_depth_max).",
               span);
}

Status check_depth(const BoundExpression& expression, SourceSpan span) {
  if (depth_of(expression) <= BindLimits::expression_depth_max) return {};
  return Error(ErrorCode::limit_exceeded,
               "The expression is nested more than " + std::to_string(BindLimits::expression_depth_max) +
                   " deep after functions are expanded (expression_depth_max).",
               span);
}

bool reads_columns(const BoundExpression& expression) {
  if (expression.kind == ExpressionKind::column) return true;
  return std::any_of(expression.arguments.begin(), expression.arguments.end(), reads_columns);
}

columnar::Type to_type(ast::ScalarType type) {
  switch (type) {
    case ast::ScalarType::boolean:
      return Type::bool_;
    case ast::ScalarType::int_:
      return Type::int_;
    case ast::ScalarType::long_:
      return Type::long_;
    case ast::ScalarType::real:
      return Type::real;
    case ast::ScalarType::decimal:
      return Type::decimal;
    case ast::ScalarType::datetime:
      return Type::datetime;
    case ast::ScalarType::timespan:
      return Type::timespan;
    case ast::ScalarType::guid:
      return Type::guid;
    case ast::ScalarType::dynamic:
      return Type::dynamic;
    case ast::ScalarType::string:
    case ast::ScalarType::unknown:
      return Type::string;
  }
  return Type::string;
}

}  // namespace vedette::kql
