// Scalar expressions: from syntax to BoundExpression.
#pragma once

#include "binding.h"

namespace vedette::kql {

struct AggregateSink;  // aggregates.h
struct WindowSink;     // windows.h
struct GraphSink;      // graph_calls.h

// Columns known by two names: `step.column` of scan, `node.property` of a graph pattern.
struct Qualifier {
  std::string_view name;
  const Schema* columns = nullptr;
  size_t first = 0;  // index of the first of them
};

// What an expression may see of the row it is computed for.
struct Rows {
  const Schema* columns = nullptr;      // null where there is no row: print, let, the count of take
  bool names_visible = true;            // false in the body of a function: a row reaches it by arguments only
  AggregateSink* aggregates = nullptr;  // set in summarize: takes the aggregate calls
  WindowSink* windows = nullptr;        // set over rows in order: takes row_number(), prev(), …
  const std::vector<Qualifier>* qualifiers = nullptr;
  GraphSink* graph = nullptr;  // set in graph patterns: takes all(), any(), map(), …
};

Result<BoundExpression> bind_expression(Binding& binding, const Rows& rows, const ast::Expr& expr);
// The value as one of that type: dynamics are converted, numbers widened. `what` and `span` name the place for the
// error ("The count of 'take'").
Result<BoundExpression> typed(Binding& binding, BoundExpression value, Type type, std::string_view what,
                              SourceSpan span);
// As both above.
Result<BoundExpression> bind_typed(Binding& binding, const Rows& rows, const ast::Expr& expr, Type type,
                                   std::string_view what);
// The same for what is given a type by its place, an argument or a column: numbers are taken for one another.
Result<BoundExpression> bind_assigned(Binding& binding, const Rows& rows, const ast::Expr& expr, Type type,
                                      std::string_view what);
// A row-independent one.
Result<BoundExpression> bind_constant(Binding& binding, const ast::Expr& expr, Type type, std::string_view what);
// The text of a constant string.
Result<std::string> bind_text(Binding& binding, const ast::Expr& expr, std::string_view what);

Result<BoundExpression> bind_literal(Binding& binding, const ast::Literal& literal);
Result<BoundExpression> bind_dynamic_literal(Binding& binding, const ast::DynamicLiteral& literal);
Result<BoundExpression> bind_path(Binding& binding, const Rows& rows, const ast::Expr& expr);  // Member or Element
// The member of a bag.
BoundExpression bag_member(BoundExpression bag, std::string_view key, SourceSpan span);
// The bag of columns that stand in the row at `first` and after it, as pack_all().
Result<BoundExpression> pack_columns(Binding& binding, const Schema& columns, size_t first, SourceSpan span);
// The item of an array.
BoundExpression array_item(BoundExpression array, int64_t index, SourceSpan span);
// The column that target.name stands for by a qualifier, when there is one of that name.
std::optional<Result<BoundExpression>> bind_qualified(const Rows& rows, const ast::Member& member);
Result<BoundExpression> bind_scalar_call(Binding& binding, const Rows& rows, const ast::Call& call);
// The function that an operator with two sides calls.
inline std::string_view function_of(const ast::Binary& binary) { return binary.op == ":" ? "has" : binary.op; }
Result<BoundExpression> bind_star_comparison(Binding& binding, const Rows& rows, const ast::Binary& binary);
Result<BoundExpression> bind_in_list(Binding& binding, const Rows& rows, const ast::InList& list, BoundExpression left);
Result<BoundExpression> bind_toscalar(Binding& binding, const ast::Call& call);
// Functions whose arguments mean more than their values (column_ifexists, pack_all, …); nullopt: `call` is none.
std::optional<Result<BoundExpression>> bind_special_call(Binding& binding, const Rows& rows, const ast::Call& call);
Result<BoundExpression> bind_scalar_function(Binding& binding, const Rows& rows, const ast::Call& call,
                                             const Variable& function);

// A call of a function or operator of the registry: overload, conversions, folding.
Result<BoundExpression> make_call(Binding& binding, std::string_view name, std::vector<BoundExpression> arguments,
                                  SourceSpan span);
// == and !=, and the lists that stand for them, compare a text with any value: the text is then read as one of that
// type. What cannot be read is null, so equal to nothing. The sides behind the first have one type.
Status read_text_as_other(Binding& binding, std::string_view op, std::vector<BoundExpression>& sides);
// The value as a `type`, by implicit or explicit conversion.
Result<BoundExpression> converted(Binding& binding, BoundExpression value, Type type);
// The call as a constant, when its arguments are constants and its function is not per_row.
Result<BoundExpression> folded(Binding& binding, BoundExpression call);
// A function or operator that is no row of the registry: not_supported, with the nearest known name.
Error unknown_function(std::string_view name, SourceSpan span);
// A column or variable that nothing is known of.
Error unknown_name(const Binding& binding, const Rows& rows, const ast::Name& name);

inline bool is_constant(const BoundExpression& e) { return e.kind == ExpressionKind::constant; }
inline BoundExpression string_constant(std::string_view text, SourceSpan span = {}) {
  return constant_expression(columnar::constant_string(text), span);
}
inline BoundExpression long_constant(int64_t value, SourceSpan span = {}) {
  return constant_expression(columnar::constant_long(value), span);
}
inline BoundExpression null_constant(Type type, SourceSpan span = {}) {
  return constant_expression(columnar::constant_null(type), span);
}
// The value of a constant that is not null.
std::optional<std::string_view> constant_text(const BoundExpression& expression);
std::optional<int64_t> constant_integer(const BoundExpression& expression);  // int, long, bool and ticks

}  // namespace vedette::kql
