// Calls in scalar expressions: user functions, aggregates, window functions, the registry.
#include "aggregates.h"
#include "expressions.h"
#include "graph_calls.h"
#include "multi_results.h"
#include "tabular.h"
#include "vedette/kql/functions/signature.h"
#include "windows.h"

namespace vedette::kql {
namespace {

Result<std::vector<BoundExpression>> bind_arguments(Binding& binding, const Rows& rows, const ast::Call& call) {
  std::vector<BoundExpression> arguments;
  for (const ast::NamedExpr& argument : call.arguments) {
    if (!argument.names.empty() && !arguments.empty())  // bin(x = e, 1h) names the column x
      return semantic_error("The arguments of " + quoted(call.name.text) + " have no names.", argument.span);
    arguments.push_back(TRY(bind_expression(binding, rows, *argument.expr)));
  }
  return arguments;
}

Result<BoundExpression> bind_nested_aggregate(Binding& binding, const Rows& rows, const ast::Call& call) {
  if (rows.aggregates == nullptr)
    return semantic_error("The aggregate " + quoted(call.name.text) + " belongs into 'summarize'.", call.name.span);
  AggregateSink& sink = *rows.aggregates;
  const AggregateResults results = TRY(bind_aggregate(binding, sink, call));
  if (results.count != 1)
    return semantic_error(quoted(call.name.text) + " has several results and must stand alone.", call.span);
  return result_column(sink, results.first, call.span);
}

// What each row would have a value of its own of, such as rand().
Result<PlanPtr> one_row_of(Binding& binding, BoundExpression value, SourceSpan span) {
  auto one_row = make_node<ValuesNode>(span);
  one_row->rows.rows = 1;
  std::vector<Projected> columns;
  columns.push_back({"value", std::move(value)});
  return project(binding, std::move(one_row), std::move(columns), span);
}

}  // namespace

Result<BoundExpression> bind_scalar_call(Binding& binding, const Rows& rows, const ast::Call& call) {
  if (call.target != nullptr) return not_supported("A call of " + quoted(call.name.text) + " on a path", call.span);
  const std::string_view name = call.name.text;
  if (const Variable* variable = find_variable(binding.scope, name)) {
    if (variable->kind == Variable::Kind::function) return bind_scalar_function(binding, rows, call, *variable);
    if (find_scalar(name).empty() && !is_aggregate(name))
      return semantic_error(quoted(name) + " is no function.", call.name.span);
  }
  if (rows.graph != nullptr)
    if (auto graph_call = bind_graph_call(binding, rows, call)) return std::move(*graph_call);
  if (name == "toscalar") return bind_toscalar(binding, call);
  if (is_window_function(name)) return bind_window_call(binding, rows, call);
  if (auto special = bind_special_call(binding, rows, call)) return std::move(*special);
  if (auto arrays = bind_arrays_of_results(binding, rows, call)) return std::move(*arrays);
  if (is_aggregate(name) && (rows.aggregates != nullptr || find_scalar(name).empty()))
    return bind_nested_aggregate(binding, rows, call);
  if (find_scalar(name).empty()) return unknown_function(name, call.name.span);
  return make_call(binding, name, TRY(bind_arguments(binding, rows, call)), call.span);
}

Result<BoundExpression> bind_toscalar(Binding& binding, const ast::Call& call) {
  if (call.arguments.size() != 1) return semantic_error("toscalar() takes one expression.", call.span);
  const ast::Expr& argument = *call.arguments[0].expr;
  PlanPtr plan;
  if (is_tabular(binding, Rows{}, argument)) {
    plan = TRY(bind_tabular(binding, argument));
  } else {
    BoundExpression once = TRY(bind_expression(binding, Rows{}, argument));
    if (is_constant(once)) return once;
    plan = TRY(one_row_of(binding, std::move(once), call.span));
  }
  if (plan->output.empty()) return semantic_error("The table has no column.", argument.span);
  BoundExpression value;
  value.kind = ExpressionKind::subquery;
  value.type = plan->output[0].type;
  value.span = call.span;
  value.form = SubqueryForm::scalar;
  value.subplan = TRY(subplan_of(binding, std::move(plan), call.span));
  return value;
}

}  // namespace vedette::kql
