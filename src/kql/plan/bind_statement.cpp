// Statements before the query: let, set, declare query_parameters.
#include "expressions.h"
#include "set_options.h"
#include "tabular.h"

namespace vedette::kql {
namespace {

// Whether a function gives a table: seen from its body, with its parameters and lets in place.
bool gives_table(Binding& binding, const ast::Lambda& lambda) {
  if (lambda.body == nullptr) return false;
  const ScopePtr saved = binding.scope;
  for (const ast::Parameter& parameter : lambda.parameters) {
    Variable variable;
    variable.name = parameter.name.text;
    variable.kind = parameter.tabular ? Variable::Kind::tabular : Variable::Kind::scalar;
    binding.scope = with(binding.scope, std::move(variable));
  }
  for (const ast::Statement* statement : lambda.statements) {
    const auto* let = statement->try_as<ast::Let>();
    if (let == nullptr) continue;
    Variable variable;
    variable.name = let->name.text;
    if (const auto* inner = let->value->try_as<ast::Lambda>()) {
      variable.kind = Variable::Kind::function;
      variable.function = inner;
      variable.is_tabular_function = gives_table(binding, *inner);
    } else if (is_tabular(binding, Rows{}, *let->value)) {
      variable.kind = Variable::Kind::tabular;
    }
    binding.scope = with(binding.scope, std::move(variable));
  }
  const bool tabular = is_tabular(binding, Rows{}, *lambda.body);
  binding.scope = saved;
  return tabular;
}

Result<Variable> bind_let(Binding& binding, const Rows& rows, const ast::Let& let) {
  Variable variable;
  variable.name = let.name.text;
  if (const auto* lambda = let.value->try_as<ast::Lambda>()) {
    variable.kind = Variable::Kind::function;
    variable.function = lambda;
    variable.closure = binding.scope;
    variable.is_tabular_function = gives_table(binding, *lambda);
    return variable;
  }
  if (is_tabular(binding, Rows{}, *let.value))
    return named_rows(binding, let.name.text, TRY(bind_tabular(binding, *let.value)), let.span);
  variable.scalar = TRY(bind_expression(binding, rows, *let.value));
  if (reads_columns(variable.scalar)) variable.row = rows.columns;
  TRY(check_depth(variable.scalar, let.span));
  return variable;
}

Status bind_query_parameters(Binding& binding, const ast::QueryParameters& declared) {
  for (const ast::Parameter& parameter : declared.parameters) {
    if (parameter.tabular || parameter.default_value == nullptr)
      return semantic_error("The query parameter " + quoted(parameter.name.text) + " has no value.",
                            parameter.name.span);
    Variable variable;
    variable.name = parameter.name.text;
    variable.scalar = TRY(bind_constant(binding, *parameter.default_value, to_type(parameter.type),
                                        "The parameter " + quoted(parameter.name.text)));
    binding.scope = with(binding.scope, std::move(variable));
  }
  return {};
}

Status bind_pattern(Binding& binding, const ast::Pattern& pattern) {
  Variable variable;
  variable.name = pattern.name.text;
  variable.kind = Variable::Kind::pattern;
  variable.pattern = &pattern;
  variable.closure = binding.scope;
  binding.scope = with(binding.scope, std::move(variable));
  return {};
}

}  // namespace

Status bind_statement(Binding& binding, const Rows& rows, const ast::Statement& statement) {
  switch (statement.kind) {
    case ast::StatementKind::let: {
      Variable variable = TRY(bind_let(binding, rows, statement.as<ast::Let>()));
      binding.scope = with(binding.scope, std::move(variable));
      return {};
    }
    case ast::StatementKind::query_parameters:
      return bind_query_parameters(binding, statement.as<ast::QueryParameters>());
    case ast::StatementKind::set:
      return bind_set(binding, statement.as<ast::Set>());
    case ast::StatementKind::pattern:
      return bind_pattern(binding, statement.as<ast::Pattern>());
    case ast::StatementKind::alias:
      return not_supported("'alias'", statement.span);
    case ast::StatementKind::restrict_access:
      return not_supported("'restrict access'", statement.span);
    case ast::StatementKind::expression:
      return not_supported("More than one query in a text", statement.span);
  }
  return {};
}

}  // namespace vedette::kql
