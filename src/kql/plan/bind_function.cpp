// Functions of let: called by binding their bodies anew with the arguments as variables.
#include "expressions.h"
#include "operators.h"
#include "tabular.h"

namespace vedette::kql {
namespace {

Status check_call_depth(const Binding& binding, SourceSpan span) {
  if (binding.function_depth < BindLimits::function_depth_max) return {};
  return Error(ErrorCode::limit_exceeded,
               "Functions call each other more than " + std::to_string(BindLimits::function_depth_max) +
                   " deep (function_depth_max).",
               span);
}

// Which argument goes to which parameter: by name, else by place.
Result<std::vector<const ast::Expr*>> matched_arguments(const ast::Lambda& function,
                                                        ast::List<ast::NamedExpr> arguments, size_t invoked,
                                                        SourceSpan span) {
  std::vector<const ast::Expr*> matched(function.parameters.size(), nullptr);
  size_t place = invoked;
  for (const ast::NamedExpr& argument : arguments) {
    size_t at = place++;
    if (!argument.names.empty()) {
      for (at = 0; at < matched.size(); ++at)
        if (function.parameters[at].name.text == argument.names[0].text) break;
      if (at == matched.size())
        return semantic_error("The function has no parameter " + quoted(argument.names[0].text) + ".", argument.span);
    }
    if (at >= matched.size()) return semantic_error("The function takes fewer arguments.", argument.span);
    if (matched[at] != nullptr || at < invoked)
      return semantic_error("The parameter has a value already.", argument.span);
    matched[at] = argument.expr;
  }
  for (size_t i = invoked; i < matched.size(); ++i)
    if (matched[i] == nullptr && function.parameters[i].default_value == nullptr)
      return semantic_error("The parameter " + quoted(function.parameters[i].name.text) + " has no value.", span);
  return matched;
}

Result<Variable> scalar_argument(Binding& binding, const Rows& rows, const ast::Parameter& parameter,
                                 const ast::Expr* argument) {
  Variable variable;
  variable.name = parameter.name.text;
  const ast::Expr& expr = argument ? *argument : *parameter.default_value;
  variable.scalar = parameter.type == ast::ScalarType::unknown
                        ? TRY(bind_expression(binding, rows, expr))
                        : TRY(bind_assigned(binding, rows, expr, to_type(parameter.type),
                                            "The argument " + quoted(parameter.name.text)));
  if (reads_columns(variable.scalar)) variable.row = rows.columns;
  return variable;
}

// A tabular argument has at least the declared columns; the others come along.
Status check_columns(const ast::Parameter& parameter, const PlanNode& plan, SourceSpan span) {
  for (const ast::Column& column : parameter.schema.columns) {
    const auto found = columnar::find_column(plan.output, column.name.text);
    if (!found)
      return semantic_error(
          "The table for " + quoted(parameter.name.text) + " has no column " + quoted(column.name.text) + ".", span);
    const Type type = plan.output[*found].type;
    if (type != to_type(column.type))
      return semantic_error("The column " + quoted(column.name.text) + " must be a " + ast::to_string(column.type) +
                                ", not a " + std::string(columnar::to_string(type)) + ".",
                            span);
  }
  return {};
}

// The scope of the body: what the function saw where it was written, and its arguments.
Result<ScopePtr> bind_parameters(Binding& binding, const Rows& rows, const Variable& function,
                                 ast::List<ast::NamedExpr> arguments, PlanPtr invoked, SourceSpan span) {
  const ast::Lambda& lambda = *function.function;
  const size_t given = invoked ? 1 : 0;
  if (given > lambda.parameters.size()) return semantic_error("The function takes no table.", span);
  const auto matched = TRY(matched_arguments(lambda, arguments, given, span));
  ScopePtr scope = function.closure;
  for (size_t i = 0; i < lambda.parameters.size(); ++i) {
    const ast::Parameter& parameter = lambda.parameters[i];
    if (!parameter.tabular) {
      if (invoked && i == 0) return semantic_error("The first parameter is no table.", span);
      scope = with(scope, TRY(scalar_argument(binding, rows, parameter, matched[i])));
      continue;
    }
    PlanPtr plan = invoked ? std::move(invoked) : TRY(bind_tabular(binding, *matched[i]));
    TRY(check_columns(parameter, *plan, span));
    scope = with(scope, TRY(named_rows(binding, parameter.name.text, std::move(plan), span)));
  }
  return scope;
}

}  // namespace

Result<PlanPtr> bind_tabular_function(Binding& binding, const Variable& function, ast::List<ast::NamedExpr> arguments,
                                      PlanPtr invoked, SourceSpan span) {
  TRY(check_call_depth(binding, span));
  const ast::Lambda& lambda = *function.function;
  ScopePtr scope = TRY(bind_parameters(binding, Rows{}, function, arguments, std::move(invoked), span));
  const ScopeChange change(binding, std::move(scope));
  for (const ast::Statement* statement : lambda.statements) TRY(bind_statement(binding, Rows{}, *statement));
  if (lambda.body == nullptr) return semantic_error("The function has no body.", lambda.span);
  PlanPtr plan = TRY(bind_tabular(binding, *lambda.body));
  TRY(check_depth(*plan, span));
  return plan;
}

Result<BoundExpression> bind_scalar_function(Binding& binding, const Rows& rows, const ast::Call& call,
                                             const Variable& function) {
  if (function.is_tabular_function)
    return semantic_error(quoted(call.name.text) + " gives a table; a single value of it is toscalar(…).", call.span);
  TRY(check_call_depth(binding, call.span));
  const ast::Lambda& lambda = *function.function;
  ScopePtr scope = TRY(bind_parameters(binding, rows, function, call.arguments, nullptr, call.span));
  const ScopeChange change(binding, std::move(scope));
  Rows inner = rows;
  inner.names_visible = false;
  for (const ast::Statement* statement : lambda.statements) TRY(bind_statement(binding, inner, *statement));
  if (lambda.body == nullptr) return semantic_error("The function has no body.", lambda.span);
  BoundExpression value = TRY(bind_expression(binding, inner, *lambda.body));
  TRY(check_depth(value, call.span));
  return value;
}

}  // namespace vedette::kql
