#include "operators.h"

namespace vedette::kql {
namespace {

// `by` items: a Projection whose columns become the keys; a key that would be dynamic is refused.
Result<std::vector<Projected>> bind_keys(Binding& binding, const Rows& rows, ast::List<ast::NamedExpr> by,
                                         const ast::Expr* bin, Projection& projection) {
  for (const ast::NamedExpr& item : by) TRY(projection.add_item(binding, rows, item));
  std::vector<Projected> keys = projection.columns();
  for (Projected& key : keys)
    if (key.value.type == Type::dynamic)
      return semantic_error("A dynamic value cannot be a key of 'by'; convert it first, as in tostring(…).",
                            key.value.span);
  if (bin != nullptr && !keys.empty()) {  // legacy `by x bin = 1h`
    std::vector<BoundExpression> arguments;
    arguments.push_back(std::move(keys.back().value));
    arguments.push_back(TRY(bind_expression(binding, Rows{}, *bin)));
    keys.back().value = TRY(make_call(binding, "bin", std::move(arguments), bin->span));
  }
  return keys;
}

void mark_key_columns(AggregateSink& sink, const std::vector<Projected>& keys) {
  sink.keys = keys.size();
  for (const Projected& key : keys)
    if (key.value.kind == ExpressionKind::column) sink.key_columns.push_back(key.value.column);
}

std::unique_ptr<SummarizeNode> summarize_node(PlanPtr input, std::vector<Projected> keys, AggregateSink& sink,
                                              SourceSpan span) {
  auto node = make_node<SummarizeNode>(span);
  for (Projected& key : keys) {
    node->output.push_back({std::move(key.name), key.value.type});
    node->keys.push_back(std::move(key.value));
  }
  node->output.insert(node->output.end(), sink.results.begin(), sink.results.end());
  node->aggregates = std::move(sink.calls);
  node->inputs.push_back(std::move(input));
  return node;
}

// When each column is the summarize's column of its place, only the names differ: they go into the node.
bool name_in_place(SummarizeNode& node, const std::vector<Projected>& columns) {
  if (columns.size() != node.output.size()) return false;
  for (size_t i = 0; i < columns.size(); ++i)
    if (columns[i].value.kind != ExpressionKind::column || columns[i].value.column != i) return false;
  for (size_t i = 0; i < columns.size(); ++i) node.output[i].name = columns[i].name;
  return true;
}

}  // namespace

Result<PlanPtr> bind_summarize(Binding& binding, const ast::Summarize& op, PlanPtr input) {
  TRY(check_options(op, {}));
  const Rows rows{&input->output, true, nullptr, nullptr};
  Projection projection(Projection::Style::project);
  std::vector<Projected> keys = TRY(bind_keys(binding, rows, op.by, op.bin, projection));
  AggregateSink sink;
  sink.rows = rows;
  mark_key_columns(sink, keys);
  Rows results = rows;
  results.aggregates = &sink;
  for (const ast::NamedExpr& item : op.aggregates) TRY(projection.add_item(binding, results, item));
  std::vector<Projected> columns = projection.take();
  for (size_t i = 0; i < keys.size(); ++i)
    columns[i].value = column_expression(i, keys[i].value.type, keys[i].value.span);
  auto node = summarize_node(std::move(input), std::move(keys), sink, op.span);
  if (name_in_place(*node, columns)) return node;
  return project(binding, std::move(node), std::move(columns), op.span);
}

// summarize count() (or sum(by)) by of, then top. The documented algorithm may be off; ours is exact.
Result<PlanPtr> bind_top_hitters(Binding& binding, const ast::TopHitters& op, PlanPtr input) {
  TRY(check_options(op, {}));
  const Rows rows{&input->output, true, nullptr, nullptr};
  Projection projection(Projection::Style::project);
  std::vector<Projected> keys = TRY(bind_keys(binding, rows, {&op.of, 1}, nullptr, projection));
  AggregateSink sink;
  sink.rows = rows;
  mark_key_columns(sink, keys);
  const SourceSpan span = op.by ? op.by->value.span : op.of.span;
  ast::Call call;
  call.span = span;
  call.name.text = op.by ? "sum" : "count";
  call.name.span = span;
  if (op.by) call.arguments = {&op.by->value, 1};
  TRY(bind_aggregate(binding, sink, call));
  const std::string of = result_name(op.by ? op.by->value : op.of).value_or("");
  sink.results[0].name = (op.by ? "approximate_sum_" : "approximate_count_") + of;
  auto summarize = summarize_node(std::move(input), std::move(keys), sink, op.span);
  const Type type = summarize->output[1].type;
  auto top = make_node<TopNode>(op.span, std::move(summarize));
  top->rows = TRY(bind_whole_count(binding, op.count, op.keyword.text));
  SortExpression key;
  key.value = column_expression(1, type, span);
  if (op.by && op.by->direction == ast::Direction::asc) key.order = SortOrder::ascending, key.nulls = NullsOrder::first;
  top->keys.push_back(std::move(key));
  return top;
}

}  // namespace vedette::kql
