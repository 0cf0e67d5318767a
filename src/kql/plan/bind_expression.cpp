#include "aggregates.h"
#include "expressions.h"
#include "graph_calls.h"
#include "tabular.h"
#include "vedette/base/nearest_name.h"
#include "vedette/kql/functions/signature.h"

namespace vedette::kql {
namespace {

Error belongs_into_aggregate(const ast::Name& name) {
  return semantic_error(
      "The column " + quoted(name.text) + " stands outside of an aggregate; aggregate it, or group by it.", name.span);
}

Result<BoundExpression> variable_value(Binding& binding, const Rows& rows, const Variable& variable,
                                       const ast::Name& name) {
  if (variable.kind == Variable::Kind::tabular)
    return semantic_error(
        quoted(name.text) + " is a table; a single value of it is toscalar(" + std::string(name.text) + ").",
        name.span);
  if (variable.kind == Variable::Kind::function && variable.function->parameters.empty()) {
    ast::Call call;  // a function without parameters may be called without parentheses
    call.name = name;
    call.span = name.span;
    return bind_scalar_function(binding, rows, call, variable);
  }
  if (variable.kind == Variable::Kind::function)
    return semantic_error(quoted(name.text) + " is a function; call it with parentheses.", name.span);
  if (variable.kind == Variable::Kind::pattern)
    return semantic_error(quoted(name.text) + " is a pattern; call it with the texts of a rule.", name.span);
  if (variable.row != nullptr && variable.row != rows.columns)
    return semantic_error("The value of " + quoted(name.text) + " depends on a row that is not in reach here.",
                          name.span);
  if (variable.row != nullptr && rows.aggregates != nullptr) return belongs_into_aggregate(name);
  TRY(count_expression_nodes(binding, size_of(variable.scalar), name.span));
  BoundExpression value = variable.scalar;
  value.span = name.span;
  return value;
}

Result<BoundExpression> bind_name(Binding& binding, const Rows& rows, const ast::Name& name) {
  if (rows.columns != nullptr && rows.names_visible) {
    if (const auto column = columnar::find_column(*rows.columns, name.text)) {
      if (rows.aggregates != nullptr) return belongs_into_aggregate(name);
      return column_expression(*column, (*rows.columns)[*column].type, name.span);
    }
  }
  if (rows.graph != nullptr)
    if (auto variable = bind_graph_variable(binding, rows, name)) return std::move(*variable);
  if (const Variable* variable = find_variable(binding.scope, name.text))
    return variable_value(binding, rows, *variable, name);
  if (binding.catalog.find(name.text))
    return semantic_error(
        quoted(name.text) + " is a table; a single value of it is toscalar(" + std::string(name.text) + ").",
        name.span);
  return unknown_name(binding, rows, name);
}

Result<BoundExpression> bind_logical(Binding& binding, const Rows& rows, const ast::Logical& logical) {
  const std::string_view name = logical.is_and ? "and" : "or";
  std::vector<BoundExpression> operands;
  for (const ast::Expr* operand : logical.operands) {
    operands.push_back(TRY(bind_expression(binding, rows, *operand)));
    const Type type = operands.back().type;
    if (type != Type::bool_ && type != Type::dynamic)
      return semantic_error(
          "The operands of " + quoted(name) + " must be bool, not " + std::string(columnar::to_string(type)) + ".",
          operand->span);
  }
  return make_call(binding, name, std::move(operands), logical.span);
}

// The sign of an int makes it a long, unless a literal is the value: -int(3).
Result<BoundExpression> bind_unary(Binding& binding, const ast::Unary& unary, BoundExpression value) {
  if (value.type == Type::int_ && unary.operand->kind != ast::ExprKind::literal)
    value = TRY(converted(binding, std::move(value), Type::long_));
  if (unary.op == '+') return value;
  std::vector<BoundExpression> operand;
  operand.push_back(std::move(value));
  return make_call(binding, "-", std::move(operand), unary.span);
}

bool is_scalar_but_text(Type type) { return type != Type::string && type != Type::dynamic; }

Result<BoundExpression> bind_binary(Binding& binding, const Rows& rows, const ast::Binary& binary,
                                    BoundExpression left) {
  std::vector<BoundExpression> sides;
  sides.push_back(std::move(left));
  sides.push_back(TRY(bind_expression(binding, rows, *binary.right)));
  TRY(read_text_as_other(binding, function_of(binary), sides));
  return make_call(binding, function_of(binary), std::move(sides), binary.span);
}

// The right end of a datetime range may be a timespan: left + span (between-operator of the documentation).
Result<BoundExpression> bind_between(Binding& binding, const Rows& rows, const ast::Between& between,
                                     BoundExpression value) {
  std::vector<BoundExpression> arguments;
  arguments.push_back(std::move(value));
  arguments.push_back(TRY(bind_expression(binding, rows, *between.low)));
  BoundExpression high = TRY(bind_expression(binding, rows, *between.high));
  if (high.type == Type::timespan && arguments[1].type == Type::datetime) {
    std::vector<BoundExpression> sum;
    sum.push_back(arguments[1]);
    sum.push_back(std::move(high));
    high = TRY(make_call(binding, "+", std::move(sum), between.high->span));
  }
  arguments.push_back(std::move(high));
  return make_call(binding, between.negated ? "!between" : "between", std::move(arguments), between.span);
}

// What an operator is written behind, and so may be as high as the query is long: a + b + … is a chain of such sides.
// Null for what is no operator, and for '*', which is no value.
const ast::Expr* first_side(const ast::Expr& expr) {
  const ast::Expr* side = nullptr;
  if (const auto* unary = expr.try_as<ast::Unary>()) side = unary->operand;
  if (const auto* binary = expr.try_as<ast::Binary>()) side = binary->left;
  if (const auto* list = expr.try_as<ast::InList>()) side = list->left;
  if (const auto* between = expr.try_as<ast::Between>()) side = between->value;
  return side == nullptr || side->kind == ast::ExprKind::star ? nullptr : side;
}

Result<BoundExpression> bind_operator_over(Binding& binding, const Rows& rows, const ast::Expr& expr,
                                           BoundExpression first) {
  TRY(count_expression_nodes(binding, 1, expr.span));
  if (const auto* unary = expr.try_as<ast::Unary>()) return bind_unary(binding, *unary, std::move(first));
  if (const auto* list = expr.try_as<ast::InList>()) return bind_in_list(binding, rows, *list, std::move(first));
  if (const auto* between = expr.try_as<ast::Between>()) return bind_between(binding, rows, *between, std::move(first));
  return bind_binary(binding, rows, expr.as<ast::Binary>(), std::move(first));
}

// What no operator is written behind.
Result<BoundExpression> bind_operand(Binding& binding, const Rows& rows, const ast::Expr& expr) {
  TRY(count_expression_nodes(binding, 1, expr.span));
  switch (expr.kind) {
    case ast::ExprKind::literal:
      return bind_literal(binding, expr.as<ast::Literal>());
    case ast::ExprKind::dynamic_literal:
      return bind_dynamic_literal(binding, expr.as<ast::DynamicLiteral>());
    case ast::ExprKind::name:
      return bind_name(binding, rows, expr.as<ast::NameRef>().name);
    case ast::ExprKind::member:
    case ast::ExprKind::element:
      return bind_path(binding, rows, expr);
    case ast::ExprKind::call:
      return bind_scalar_call(binding, rows, expr.as<ast::Call>());
    case ast::ExprKind::binary:
      return bind_star_comparison(binding, rows, expr.as<ast::Binary>());
    case ast::ExprKind::logical:
      return bind_logical(binding, rows, expr.as<ast::Logical>());
    case ast::ExprKind::type_literal:
      return semantic_error("A type is no value.", expr.span);
    case ast::ExprKind::in_list:
      return not_supported("'*' before " + quoted(expr.as<ast::InList>().op), expr.span);
    case ast::ExprKind::star:
    case ast::ExprKind::unary:
    case ast::ExprKind::between:
      return semantic_error("'*' is no value here.", expr.span);
    case ast::ExprKind::lambda:
      return semantic_error("A function is no value; name it with 'let'.", expr.span);
    case ast::ExprKind::pipe:
    case ast::ExprKind::datatable:
    case ast::ExprKind::external_data:
    case ast::ExprKind::contextual_datatable:
    case ast::ExprKind::materialized_view_combine:
    case ast::ExprKind::entity_group:
    case ast::ExprKind::data_scope:
      return semantic_error("A table stands where one value belongs; toscalar(…) takes its first one.", expr.span);
  }
  return semantic_error("This is no value.", expr.span);
}

// When a record happened, as Microsoft Sentinel's tables name it and as the hunting tables do.
constexpr std::string_view sentinel_time = "TimeGenerated", hunting_time = "Timestamp";

}  // namespace

Error unknown_name(const Binding& binding, const Rows& rows, const ast::Name& name) {
  std::vector<std::string_view> known;
  if (rows.columns != nullptr && rows.names_visible)
    for (const auto& column : *rows.columns) known.push_back(column.name);
  for (const Scope* at = binding.scope.get(); at != nullptr; at = at->outer.get()) known.push_back(at->variable.name);
  const bool has_columns = rows.columns != nullptr && rows.names_visible;
  const std::string_view meant = name.text == sentinel_time ? hunting_time : name.text;
  return semantic_error("There is no " + std::string(has_columns ? "column or variable " : "variable ") +
                            quoted(name.text) + "." + base::suggestion(meant, known),
                        name.span);
}

std::optional<std::string_view> constant_text(const BoundExpression& expression) {
  if (!is_constant(expression) || expression.type != Type::string) return std::nullopt;
  return expression.constant.view<std::string_view>()[0];
}

std::optional<int64_t> constant_integer(const BoundExpression& expression) {
  if (!is_constant(expression) || expression.constant.is_null(0)) return std::nullopt;
  switch (expression.type) {
    case Type::bool_:
      return expression.constant.view<uint8_t>()[0];
    case Type::int_:
      return expression.constant.view<int32_t>()[0];
    case Type::long_:
    case Type::datetime:
    case Type::timespan:
      return expression.constant.view<int64_t>()[0];
    default:
      return std::nullopt;
  }
}

Status read_text_as_other(Binding& binding, std::string_view op, std::vector<BoundExpression>& sides) {
  if (op != "==" && op != "!=" && op != "in" && op != "!in") return {};
  const Type left = sides[0].type, right = sides[1].type;
  if (left == Type::string && is_scalar_but_text(right)) sides[0] = TRY(converted(binding, std::move(sides[0]), right));
  if (right == Type::string && is_scalar_but_text(left))
    for (size_t i = 1; i < sides.size(); ++i) sides[i] = TRY(converted(binding, std::move(sides[i]), left));
  return {};
}

Result<BoundExpression> bind_expression(Binding& binding, const Rows& rows, const ast::Expr& expr) {
  const Level level(binding);
  TRY(level.check(expr.span));
  std::vector<const ast::Expr*> operators;
  const ast::Expr* operand = &expr;
  while (const ast::Expr* side = first_side(*operand)) operators.push_back(std::exchange(operand, side));
  BoundExpression value = TRY(bind_operand(binding, rows, *operand));
  for (; !operators.empty(); operators.pop_back())
    value = TRY(bind_operator_over(binding, rows, *operators.back(), std::move(value)));
  return value;
}

Result<BoundExpression> typed(Binding& binding, BoundExpression value, Type type, std::string_view what,
                              SourceSpan span) {
  if (value.type == type) return value;
  if (value.type == Type::dynamic || widens(value.type, type)) return converted(binding, std::move(value), type);
  if (const auto whole = value.type == Type::long_ && type == Type::int_ ? constant_integer(value) : std::nullopt)
    if (*whole >= INT32_MIN && *whole <= INT32_MAX) return converted(binding, std::move(value), type);
  return semantic_error(std::string(what) + " must be a " + std::string(columnar::to_string(type)) + ", not a " +
                            std::string(columnar::to_string(value.type)) + ".",
                        span);
}

Result<BoundExpression> bind_typed(Binding& binding, const Rows& rows, const ast::Expr& expr, Type type,
                                   std::string_view what) {
  return typed(binding, TRY(bind_expression(binding, rows, expr)), type, what, expr.span);
}

Result<BoundExpression> bind_assigned(Binding& binding, const Rows& rows, const ast::Expr& expr, Type type,
                                      std::string_view what) {
  BoundExpression value = TRY(bind_expression(binding, rows, expr));
  if (!promoted(value.type, type)) return typed(binding, std::move(value), type, what, expr.span);
  const bool known = is_constant(value) && !value.constant.is_null(0);
  BoundExpression number = TRY(converted(binding, std::move(value), type));
  if (known && is_constant(number) && number.constant.is_null(0))
    return semantic_error(std::string(what) + " does not fit into a " + std::string(columnar::to_string(type)) + ".",
                          expr.span);
  return number;
}

Result<BoundExpression> bind_constant(Binding& binding, const ast::Expr& expr, Type type, std::string_view what) {
  return bind_typed(binding, Rows{}, expr, type, what);
}

Result<std::string> bind_text(Binding& binding, const ast::Expr& expr, std::string_view what) {
  const BoundExpression value = TRY(bind_constant(binding, expr, Type::string, what));
  const auto text = constant_text(value);
  if (!text) return semantic_error(std::string(what) + " must be a constant.", expr.span);
  return std::string(*text);
}

}  // namespace vedette::kql
