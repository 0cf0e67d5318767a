#include "table_scan.h"

#include "vedette/kql/functions/call_scope.h"

namespace vedette::tables {

using base::Result;
using columnar::Batch;

TableScan::TableScan(const columnar::Schema& schema, std::shared_ptr<const Segments> segments,
                     std::shared_ptr<SegmentCache> cache, const kql::ScanRequest& request,
                     kql::ScanStatistics& statistics)
    : schema_(schema),
      segments_(std::move(segments)),
      cache_(std::move(cache)),
      request_(request),
      statistics_(statistics) {
  if (request_.predicate) filter_ = RowFilter::make(*request_.predicate, schema_);
}

std::shared_ptr<const Segment> TableScan::take() {
  while (true) {
    const size_t at = next_++;
    if (at >= segments_->size()) return nullptr;
    if (!outside_of_times(*(*segments_)[at])) return (*segments_)[at];
  }
}

bool TableScan::outside_of_times(const Segment& segment) const {
  return (request_.from && segment.max_timestamp() < *request_.from) ||
         (request_.to && segment.min_timestamp() >= *request_.to);
}

Result<RowSet> TableScan::matching(const SegmentReader& reader) const {
  if (outside_of_times(reader.segment())) return RowSet::of({}, reader.rows());
  if (!filter_) return RowSet::everything(reader.rows());
  kql::CallContext context;
  context.stop = &request_.stop;
  context.memory = request_.memory;
  const kql::CallScope scope(context);
  return filter_->rows(reader, context);
}

Result<Batch> TableScan::rows(const SegmentReader& reader, const RowSet& rows) const {
  Batch out;
  out.rows = rows.size();
  for (const size_t column : request_.columns)
    out.columns.push_back(rows.all() ? TRY(reader.column(schema_[column]))
                                     : TRY(reader.column(schema_[column], rows.rows())));
  return out;
}

void TableScan::count(const Segment& segment, int64_t bytes_read) {
  const std::lock_guard lock(mutex_);
  statistics_.rows_scanned += static_cast<int64_t>(segment.row_count());
  statistics_.bytes_read += bytes_read;
}

}  // namespace vedette::tables
