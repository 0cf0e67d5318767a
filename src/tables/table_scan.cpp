#include "table_scan.h"

#include <algorithm>

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
  make_parts();
}

void TableScan::make_parts() {
  constexpr size_t part_batches_min = 8;  // less is not worth a thread
  const size_t part_rows_min = part_batches_min * std::max<size_t>(request_.batch_rows, 1);
  size_t wanted = 0;
  for (const auto& segment : *segments_) wanted += !outside_of_times(*segment);
  const auto threads = static_cast<size_t>(std::max(request_.threads, 1));
  const size_t cuts = request_.limit || wanted == 0 || wanted >= threads ? 1 : (threads + wanted - 1) / wanted;
  Segments ordered = *segments_;
  if (request_.newest_first)
    std::stable_sort(ordered.begin(), ordered.end(),
                     [](const auto& a, const auto& b) { return b->max_timestamp() < a->max_timestamp(); });
  for (const auto& segment : ordered) {
    if (outside_of_times(*segment)) continue;
    const auto judgement = std::make_shared<Judgement>();
    const size_t rows = segment->row_count();
    const size_t step = std::max({(rows + cuts - 1) / cuts, std::min(rows, part_rows_min), size_t{1}});
    for (size_t begin = 0; begin < rows; begin += step)
      parts_.push_back({segment, begin, std::min(rows, begin + step), judgement});
  }
}

const TableScan::Part* TableScan::take() {
  const size_t at = next_++;
  return at < parts_.size() ? &parts_[at] : nullptr;
}

bool TableScan::outside_of_times(const Segment& segment) const {
  return (request_.from && segment.max_timestamp() < *request_.from) ||
         (request_.to && segment.min_timestamp() >= *request_.to);
}

Result<RowSet> TableScan::matching(const SegmentReader& reader) const {
  const Part whole{nullptr, 0, reader.rows(), std::make_shared<Judgement>()};
  return outside_of_times(reader.segment()) ? RowSet::of({}, reader.rows()) : matching(reader, whole);
}

Result<RowSet> TableScan::matching(const SegmentReader& reader, const Part& part) const {
  const RowSet run = RowSet::run(part.begin, part.end, reader.rows());
  if (!filter_) return run;
  kql::CallContext context;
  context.stop = &request_.stop;
  context.memory = request_.memory;
  const kql::CallScope scope(context);
  Judgement& judgement = *part.judgement;
  std::call_once(judgement.once, [&] { judgement.judged = filter_->judge(reader, context); });
  if (!*judgement.judged) return judgement.judged->error();
  return filter_->rows(reader, **judgement.judged, run, context);
}

Result<Batch> TableScan::rows(const SegmentReader& reader, const RowSet& rows) const {
  Batch out;
  out.rows = rows.size();
  for (const size_t column : request_.columns)
    out.columns.push_back(rows.is_run() ? TRY(reader.column(schema_[column])).slice(rows.begin(), rows.size())
                                        : TRY(reader.column(schema_[column], rows.rows())));
  return out;
}

void TableScan::count(size_t rows, int64_t bytes_read) {
  const std::lock_guard lock(mutex_);
  statistics_.rows_scanned += static_cast<int64_t>(rows);
  statistics_.bytes_read += bytes_read;
}

}  // namespace vedette::tables
