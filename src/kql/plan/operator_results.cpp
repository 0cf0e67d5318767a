// consume, facet, fork: what they answer is no table that an operator could go on with. Source: kusto/query: the page
// of each operator. An answer is one table here: a facet or fork that makes several is refused by name.
#include "inner_text.h"
#include "operators.h"

namespace vedette::kql {

// Reads its rows and gives none, not even columns.
Result<PlanPtr> bind_consume(Binding& binding, const ast::Consume& op, PlanPtr input) {
  TRY(check_options(op, {"decodeblocks"}));
  auto count = make_node<CountNode>(op.span, std::move(input));
  count->output = {{"Count", Type::long_}};
  auto filter = make_node<FilterNode>(op.span, std::move(count));
  filter->condition = constant_expression(columnar::constant_bool(false), op.span);
  return project(binding, std::move(filter), {}, op.span);
}

// How often a column has each of its values.
Result<PlanPtr> bind_facet(Binding& binding, const ast::Facet& op, PlanPtr input) {
  TRY(check_options(op, {}));
  const Rows rows{&input->output, true, nullptr, nullptr};
  std::string name;
  for (const ast::Expr* item : op.by) {
    const BoundExpression value = TRY(bind_expression(binding, rows, *item));
    if (value.kind != ExpressionKind::column) return semantic_error("'facet' takes columns.", item->span);
    if (value.type == Type::dynamic) return semantic_error("'facet' does not take a dynamic column.", item->span);
    name = input->output[value.column].name;
  }
  if (op.by.size() > 1 || op.body != nullptr) return not_supported("More than one table of 'facet'", op.keyword.span);
  InnerText text(binding, "facet", op.keyword.span);
  TRY(text.add_rows("T", std::move(input)));
  return text.bind("T | summarize " + column_text("count_" + name) + " = count() by " + column_text(name));
}

Result<PlanPtr> bind_fork(Binding& binding, const ast::Fork& op, PlanPtr input) {
  TRY(check_options(op, {}));
  if (op.branches.size() > 1) return not_supported("More than one table of 'fork'", op.keyword.span);
  return bind_pipe_over(binding, *op.branches.front().body, std::move(input));
}

}  // namespace vedette::kql
