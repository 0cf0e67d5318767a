#include "condition.h"

#include <algorithm>

#include "vedette/columnar/rows_where.h"

namespace vedette::kql {
namespace {

void collect_columns(const BoundExpression& expression, std::vector<size_t>& columns) {
  if (expression.kind == ExpressionKind::column &&
      std::find(columns.begin(), columns.end(), expression.column) == columns.end())
    columns.push_back(expression.column);
  for (const BoundExpression& argument : expression.arguments) collect_columns(argument, columns);
}

// The named columns of the selected rows; the others are left empty, nobody reads them.
Batch narrowed(const Batch& batch, const std::vector<size_t>& columns, const Selection& selection) {
  Batch out;
  out.rows = selection->size();
  out.columns.resize(batch.columns.size());
  for (const size_t column : columns) out.columns[column] = batch.columns[column].select(selection);
  return out;
}

std::shared_ptr<std::vector<uint32_t>> true_rows(const Vector& values) {
  auto rows = std::make_shared<std::vector<uint32_t>>();
  const auto view = values.view<uint8_t>();
  columnar::append_rows_where(
      *rows, values.size(), [](size_t i) { return static_cast<uint32_t>(i); },
      [&](uint32_t row) { return !view.is_null(row) & (view[row] != 0); });
  return rows;
}

}  // namespace

Condition::Condition(const BoundExpression& expression, QueryContext& query) { add_terms(expression, query); }

void Condition::add_terms(const BoundExpression& expression, QueryContext& query) {
  if (expression.kind == ExpressionKind::call && expression.function->name == "and") {
    for (const BoundExpression& argument : expression.arguments) add_terms(argument, query);
    return;
  }
  Term term{Evaluator(expression, query), {}};
  collect_columns(expression, term.columns);
  terms_.push_back(std::move(term));
}

base::Result<std::optional<Selection>> Condition::matching(const Batch& batch) {
  std::optional<Selection> left;
  for (Term& term : terms_) {
    const Batch rows = left ? narrowed(batch, term.columns, *left) : batch;
    auto matches = true_rows(TRY(term.evaluator.evaluate(rows)));
    if (matches->size() == rows.rows) continue;
    if (left)
      for (uint32_t& row : *matches) row = (**left)[row];
    left = std::move(matches);
    if ((*left)->empty()) break;
  }
  return left;
}

}  // namespace vedette::kql
