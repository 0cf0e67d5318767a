#include <algorithm>

#include "expressions.h"
#include "optimizer.h"
#include "plan_walk.h"

namespace vedette::kql {
namespace {

// The scan whose rows are the rows of `plan`, one for one; null when there is none. `columns` maps the columns of the
// plan to those of the scan, npos for what is computed.
constexpr size_t npos = static_cast<size_t>(-1);

ScanNode* scan_of(PlanNode& plan, std::vector<size_t>& columns) {
  if (plan.kind == NodeKind::scan) return &static_cast<ScanNode&>(plan);
  if (plan.kind != NodeKind::project) return nullptr;
  const auto& project = static_cast<const ProjectNode&>(plan);
  for (size_t& column : columns) {
    if (column == npos) continue;
    const BoundExpression& value = project.expressions[column];
    column = value.kind == ExpressionKind::column ? value.column : npos;
  }
  return scan_of(*plan.inputs[0], columns);
}

std::optional<size_t> row_count(const BoundExpression& rows) {
  const auto count = constant_integer(rows);
  if (!count) return std::nullopt;
  return static_cast<size_t>(std::max<int64_t>(*count, 0));
}

void push_take(TakeNode& take) {
  const auto rows = row_count(take.rows);
  std::vector<size_t> columns;
  ScanNode* scan = scan_of(*take.inputs[0], columns);
  if (!rows || scan == nullptr || scan->request.top) return;
  scan->request.limit = std::min(*rows, scan->request.limit.value_or(*rows));
}

void push_top(TopNode& top) {
  const auto rows = row_count(top.rows);
  if (!rows) return;
  std::vector<size_t> columns;
  for (const SortExpression& key : top.keys) {
    if (key.value.kind != ExpressionKind::column) return;
    columns.push_back(key.value.column);
  }
  ScanNode* scan = scan_of(*top.inputs[0], columns);
  if (scan == nullptr || scan->request.limit || scan->request.top) return;
  if (std::find(columns.begin(), columns.end(), npos) != columns.end()) return;
  TopRequest request;
  request.rows = *rows;
  for (size_t i = 0; i < columns.size(); ++i)
    request.keys.push_back({scan->request.columns[columns[i]], top.keys[i].order, top.keys[i].nulls});
  scan->request.top = std::move(request);
}

// Where the latest row of each group is wanted, a group that has it is not changed by earlier ones.
void prefer_newest(SummarizeNode& summarize) {
  std::vector<size_t> columns;
  for (const AggregateCall& call : summarize.aggregates) {
    if (call.function->name != "arg_max" || call.arguments[0].kind != ExpressionKind::column) return;
    columns.push_back(call.arguments[0].column);
  }
  ScanNode* scan = scan_of(*summarize.inputs[0], columns);
  if (scan == nullptr || columns.empty()) return;
  const auto is_timestamp = [&](size_t column) { return column != npos && scan->output[column].name == "Timestamp"; };
  scan->request.newest_first = std::all_of(columns.begin(), columns.end(), is_timestamp);
}

}  // namespace

void push_limits(PlanNode& plan) {
  if (plan.kind == NodeKind::take) push_take(static_cast<TakeNode&>(plan));
  if (plan.kind == NodeKind::top) push_top(static_cast<TopNode&>(plan));
  if (plan.kind == NodeKind::summarize) prefer_newest(static_cast<SummarizeNode&>(plan));
  for_each_child(plan, [](PlanPtr& child, bool) { push_limits(*child); });
}

}  // namespace vedette::kql
