#include "query_context.h"

#include <algorithm>

#include "dynamic_values.h"

namespace vedette::kql {

using base::ErrorCode;
using base::fail;

QueryContext::QueryContext(const std::vector<Subplan>& subplans, base::DateTime at, const EngineOptions& options,
                           const Catalog* tables)
    : now(at),
      catalog(tables),
      batch_rows(std::max<size_t>(options.batch_rows, 1)),
      threads(std::max(options.threads, 1)),
      stop(options.stop),
      memory(options.memory_limit_bytes),
      costs(options.analyze == Analyze::on ? std::make_unique<PlanCosts>() : nullptr),
      plans_(subplans),
      subplans_(subplans.size()) {}

void QueryContext::add_statistics(const ScanStatistics& more) {
  const std::lock_guard lock(statistics_mutex_);
  statistics_.rows_scanned += more.rows_scanned;
  statistics_.bytes_read += more.bytes_read;
}

ScanStatistics QueryContext::statistics() const {
  const std::lock_guard lock(statistics_mutex_);
  return statistics_;
}

base::Result<const Batch*> QueryContext::subplan_rows(size_t index) {
  SubplanResult& result = subplans_[index];
  const std::lock_guard lock(result.mutex);
  if (result.rows) return &*result.rows;
  const PlanNode& plan = *plans_[index].plan;
  result.held = std::make_unique<HeldRows>(plan.output, memory, "materialize");
  const StreamPtr stream = TRY(open_plan(plan, *this, nullptr));
  while (auto batch = TRY(stream->next())) TRY(result.held->append(*batch));
  result.rows = result.held->finish();
  return &*result.rows;
}

namespace {

base::Result<Vector> rows_as_array(const Batch& rows) {
  if (static_cast<int64_t>(rows.rows) > in_set_rows_max)
    return fail(ErrorCode::limit_exceeded,
                "The set on the right side has more than " + std::to_string(in_set_rows_max) + " values.");
  columnar::VectorBuilder out(Type::dynamic, 1);
  auto* items = out.arena().allocate_array<columnar::Dynamic>(rows.rows);
  for (size_t row = 0; row < rows.rows; ++row)
    new (items + row) columnar::Dynamic(to_dynamic(rows.columns[0], row, out.arena()));
  out.append(columnar::Dynamic::array({items, rows.rows}));
  return out.finish_constant(1);
}

}  // namespace

base::Result<Vector> QueryContext::subquery_value(const BoundExpression& subquery) {
  const Batch& rows = *TRY(subplan_rows(subquery.subplan));
  if (subquery.form == SubqueryForm::array) return rows_as_array(rows);
  if (rows.rows == 0) return columnar::constant_null(subquery.type);
  return rows.columns[0].slice(0, 1).repeated(1);
}

std::optional<Batch> Slices::next(size_t batch_rows) {
  if (at_ == rows_.rows) {
    rows_ = {};
    at_ = 0;
    return std::nullopt;
  }
  const size_t count = std::min(batch_rows, rows_.rows - at_);
  at_ += count;
  return rows_.slice(at_ - count, count);
}

}  // namespace vedette::kql
