// Operators that choose or order rows: where, take, sample, distinct, count, sort, top.
#include <cmath>

#include "operators.h"
#include "windows.h"

namespace vedette::kql {
namespace {

Error no_dynamic(std::string_view op, SourceSpan span) {
  return semantic_error(quoted(op) + " does not take a dynamic value; convert it first, as in tostring(…).", span);
}

}  // namespace

Result<BoundExpression> bind_count_expression(Binding& binding, const ast::NamedExpr& count, std::string_view op) {
  return bind_constant(binding, *count.expr, Type::long_, "The number of rows of " + quoted(op));
}

Result<BoundExpression> bind_whole_count(Binding& binding, const ast::NamedExpr& count, std::string_view op) {
  const std::string what = "The number of rows of " + quoted(op);
  BoundExpression value = TRY(bind_expression(binding, Rows{}, *count.expr));
  if (value.type != Type::real) return typed(binding, std::move(value), Type::long_, what, count.expr->span);
  constexpr double exact_max = 0x1p53;
  const bool is_known = is_constant(value) && !value.constant.is_null(0);
  const double number = is_known ? value.constant.view<double>()[0] : NAN;
  if (!(std::abs(number) <= exact_max) || number != std::trunc(number))
    return semantic_error(what + ", where it is a real, must be a constant whole number.", count.expr->span);
  return long_constant(static_cast<int64_t>(number), count.expr->span);
}

Result<SortExpression> bind_sort_key(Binding& binding, const Rows& rows, const ast::OrderedExpr& key) {
  SortExpression out;
  out.value = TRY(bind_expression(binding, rows, *key.value.expr));
  if (out.value.type == Type::dynamic) return no_dynamic("sort", key.value.span);
  out.order = key.direction == ast::Direction::asc ? SortOrder::ascending : SortOrder::descending;
  const bool first =
      key.nulls == ast::Nulls::unstated ? out.order == SortOrder::ascending : key.nulls == ast::Nulls::first;
  out.nulls = first ? NullsOrder::first : NullsOrder::last;
  return out;
}

Result<PlanPtr> bind_filter(Binding& binding, const ast::Filter& op, PlanPtr input) {
  TRY(check_options(op, {}));
  const size_t width = input->output.size();
  WindowSink windows{input};
  const Rows rows{&input->output, true, nullptr, &windows};
  BoundExpression condition = TRY(bind_expression(binding, rows, *op.predicate.expr));
  if (condition.type != Type::bool_)
    return semantic_error(
        "The condition of 'where' must be a bool, not a " + std::string(columnar::to_string(condition.type)) + ".",
        op.predicate.expr->span);
  auto node = make_node<FilterNode>(op.span, std::move(input));
  node->condition = std::move(condition);
  return without_window_columns(binding, std::move(node), width, op.span);
}

Result<PlanPtr> bind_take(Binding& binding, const ast::Take& op, PlanPtr input) {
  TRY(check_options(op, {}));
  auto node = make_node<TakeNode>(op.span, std::move(input));
  node->rows = TRY(bind_count_expression(binding, op.count, op.keyword.text));
  return node;
}

Result<PlanPtr> bind_sample(Binding& binding, const ast::Sample& op, PlanPtr input) {
  TRY(check_options(op, {}));
  auto node = make_node<SampleNode>(op.span, std::move(input));
  node->rows = TRY(bind_whole_count(binding, op.count, op.keyword.text));
  return node;
}

// Any distinct values: distinct, then take.
Result<PlanPtr> bind_sample_distinct(Binding& binding, const ast::SampleDistinct& op, PlanPtr input) {
  TRY(check_options(op, {}));
  Projection projection(Projection::Style::project);
  const Rows rows{&input->output, true, nullptr, nullptr};
  TRY(projection.add_item(binding, rows, op.of));
  PlanPtr plan = TRY(project(binding, std::move(input), projection.take(), op.span));
  if (plan->output[0].type == Type::dynamic) return no_dynamic("sample-distinct", op.of.span);
  auto take = make_node<TakeNode>(op.span, make_node<DistinctNode>(op.span, std::move(plan)));
  take->rows = TRY(bind_whole_count(binding, op.count, op.keyword.text));
  return take;
}

Result<PlanPtr> bind_count(Binding&, const ast::Count& op, PlanPtr input) {
  TRY(check_options(op, {}));
  auto node = make_node<CountNode>(op.span, std::move(input));
  node->output = {{op.as.empty() ? "Count" : std::string(op.as.text), Type::long_}};
  return node;
}

Result<PlanPtr> bind_distinct(Binding& binding, const ast::Distinct& op, PlanPtr input) {
  TRY(check_options(op, {}));
  Projection projection(Projection::Style::project);
  const Rows rows{&input->output, true, nullptr, nullptr};
  for (const ast::NamedExpr& item : op.items) TRY(projection.add_item(binding, rows, item));
  for (const Projected& column : projection.columns())
    if (column.value.type == Type::dynamic) return no_dynamic("distinct", op.span);
  PlanPtr plan = TRY(project(binding, std::move(input), projection.take(), op.span));
  return make_node<DistinctNode>(op.span, std::move(plan));
}

Result<PlanPtr> bind_sort(Binding& binding, const ast::Sort& op, PlanPtr input) {
  TRY(check_options(op, {}));
  const Rows rows{&input->output, true, nullptr, nullptr};
  std::vector<SortExpression> keys;
  for (const ast::OrderedExpr& key : op.keys) keys.push_back(TRY(bind_sort_key(binding, rows, key)));
  auto node = make_node<SortNode>(op.span, std::move(input));
  node->keys = std::move(keys);
  return node;
}

Result<PlanPtr> bind_top(Binding& binding, const ast::Top& op, PlanPtr input) {
  TRY(check_options(op, {}));
  const Rows rows{&input->output, true, nullptr, nullptr};
  std::vector<SortExpression> keys;
  for (const ast::OrderedExpr& key : op.keys) keys.push_back(TRY(bind_sort_key(binding, rows, key)));
  auto node = make_node<TopNode>(op.span, std::move(input));
  node->rows = TRY(bind_count_expression(binding, op.count, op.keyword.text));
  node->keys = std::move(keys);
  return node;
}

}  // namespace vedette::kql
