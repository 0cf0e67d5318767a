#include <cmath>

#include "operators.h"

namespace vedette::kql {
namespace {

bool is_axis(Type type) {
  return type == Type::datetime || type == Type::timespan || type == Type::int_ || type == Type::long_ ||
         type == Type::real;
}

Result<BoundExpression> bind_bound(Binding& binding, const ast::Expr& expr, Type axis, std::string_view what) {
  return bind_constant(binding, expr, axis, std::string(what) + " of 'make-series'");
}

// `in range (from, to, step)`: bins are those of bin(), and the one of `to` is among them.
Status align_range(Binding& binding, const ast::MakeSeries& op, MakeSeriesNode& node) {
  const auto call = [&](std::string_view function, BoundExpression bound) -> Result<BoundExpression> {
    std::vector<BoundExpression> arguments;
    arguments.push_back(std::move(bound));
    arguments.push_back(node.step);
    return converted(binding, TRY(make_call(binding, function, std::move(arguments), op.span)), node.axis.type);
  };
  node.from = TRY(call("bin", std::move(*node.from)));
  node.to = TRY(call("+", TRY(call("bin", std::move(*node.to)))));
  return {};
}

Status bind_range(Binding& binding, const ast::MakeSeries& op, MakeSeriesNode& node) {
  if (op.step == nullptr) return not_supported("make-series without a step", op.span);
  const Type step = node.axis.type == Type::datetime ? Type::timespan : node.axis.type;
  node.step = TRY(bind_bound(binding, *op.step, step, "The step"));
  if (op.from) node.from = TRY(bind_bound(binding, *op.from, node.axis.type, "The start"));
  if (op.to) node.to = TRY(bind_bound(binding, *op.to, node.axis.type, "The end"));
  return op.in_range ? align_range(binding, op, node) : Status();
}

// 1.5 among whole numbers: it would be cut.
bool has_fraction(const BoundExpression& value) {
  if (!is_constant(value) || value.type != Type::real || value.constant.is_null(0)) return false;
  const double number = value.constant.view<double>()[0];
  return std::trunc(number) != number;
}

Result<BoundExpression> bind_default(Binding& binding, const ast::Expr& syntax, Type type) {
  BoundExpression value = TRY(bind_expression(binding, Rows{}, syntax));
  if (has_fraction(value) && (type == Type::int_ || type == Type::long_))
    return not_supported("A default that is no " + std::string(columnar::to_string(type)) + ", as the values are,",
                         syntax.span);
  return converted(binding, std::move(value), type);
}

Result<BoundExpression> usual_default(Binding& binding, Type type) {
  const bool number = type == Type::int_ || type == Type::long_ || type == Type::real || type == Type::decimal;
  return number ? converted(binding, long_constant(0), type) : null_constant(type);
}

// An expression over aggregates, mostly one call, perhaps named; its series is filled with the default, 0 unless given.
Status bind_series(Binding& binding, const ast::MakeSeries::Aggregate& syntax, const Rows& rows, Projection& projection,
                   MakeSeriesNode& node) {
  const size_t before = projection.columns().size();
  const bool one_value = syntax.value.expr->kind != ast::ExprKind::star;
  if (one_value) TRY(projection.add_item(binding, rows, syntax.value));
  if (projection.columns().size() != before + 1)
    return semantic_error("A series needs an aggregate of one result.", syntax.value.span);
  MakeSeriesNode::Series series;
  series.value = projection.columns().back().value;
  if (is_constant(series.value) && syntax.value.names.empty())
    return not_supported("A constant without a name in 'make-series'", syntax.value.span);
  const Type type = series.value.type;
  series.default_value = syntax.default_value != nullptr ? TRY(bind_default(binding, *syntax.default_value, type))
                                                         : TRY(usual_default(binding, type));
  node.series.push_back(std::move(series));
  return {};
}

}  // namespace

Result<PlanPtr> bind_make_series(Binding& binding, const ast::MakeSeries& op, PlanPtr input) {
  TRY(check_options(op, {"kind"}));
  auto node = make_node<MakeSeriesNode>(op.span);
  const Rows rows{&input->output, true, nullptr, nullptr};
  const std::string_view kind = op.option_text("kind");
  if (op.option("kind") && kind != "nonempty") return not_supported("make-series kind=" + std::string(kind), op.span);
  node->nonempty = kind == "nonempty";
  Projection projection(Projection::Style::project);
  for (const ast::NamedExpr& item : op.by) TRY(projection.add_item(binding, rows, item));
  for (const Projected& key : projection.columns()) {
    if (key.value.type == Type::dynamic)
      return semantic_error("A dynamic value cannot be a key of 'by'.", key.value.span);
    node->keys.push_back(key.value);
  }
  AggregateSink sink;
  sink.rows = rows;
  Rows results = rows;
  results.aggregates = &sink;
  for (const auto& aggregate : op.aggregates) TRY(bind_series(binding, aggregate, results, projection, *node));
  node->aggregates = std::move(sink.calls);
  node->axis = TRY(bind_expression(binding, rows, *op.on.expr));
  if (node->axis.type == Type::decimal) return not_supported("make-series over a decimal", op.on.span);
  if (!is_axis(node->axis.type))
    return semantic_error("The axis of 'make-series' must be a datetime, a timespan or a number.", op.on.span);
  if (node->axis.type == Type::int_) node->axis = TRY(converted(binding, std::move(node->axis), Type::long_));
  const bool named = !op.on.names.empty();
  const std::string axis = result_name(op.on).value_or("Column1");
  BoundExpression placeholder = null_constant(Type::dynamic, op.on.span);
  if (named)
    TRY(projection.declare({axis, std::move(placeholder)}, false, op.on.span));
  else
    projection.add({axis, std::move(placeholder)}, false);
  TRY(bind_range(binding, op, *node));
  size_t index = 0;
  for (const Projected& column : projection.columns())
    node->output.push_back({column.name, index++ < node->keys.size() ? column.value.type : Type::dynamic});
  node->inputs.push_back(std::move(input));
  return node;
}

}  // namespace vedette::kql
