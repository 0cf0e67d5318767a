#include "table_scan.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "integer_block.h"
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
  Segments ordered = *segments_;
  if (request_.newest_first)
    std::stable_sort(ordered.begin(), ordered.end(),
                     [](const auto& a, const auto& b) { return b->max_timestamp() < a->max_timestamp(); });
  size_t wanted = 0, largest = 0;
  for (const auto& segment : ordered) {
    const auto [begin, end] = rows_of_times(*segment);
    if (begin == end) continue;
    parts_.push_back({segment, begin, end, std::make_shared<Judgement>()});
    wanted += end - begin;
    largest = std::max(largest, end - begin);
  }
  const auto threads = static_cast<size_t>(std::max(request_.threads, 1));
  const size_t share = (wanted + threads - 1) / threads;  // of a thread
  if (request_.limit || largest <= share) return;
  for (const Part& part : std::exchange(parts_, {})) {
    const size_t step = std::max(share, part_rows_min(part));
    for (size_t begin = part.begin; begin < part.end; begin += step)
      parts_.push_back({part.segment, begin, std::min(part.end, begin + step), part.judgement});
  }
}

// Less is not worth a thread. Who asks for large batches of whole segments computes with their dictionaries, which each
// thread would do again; for the rows of some blocks that does not pay.
size_t TableScan::part_rows_min(const Part& part) const {
  constexpr size_t part_batches_min = 8, batch_rows_max = 2'048;
  const bool whole = part.end - part.begin == part.segment->row_count();
  const size_t batch_rows = std::max<size_t>(request_.batch_rows, 1);
  return part_batches_min * (whole ? batch_rows : std::min(batch_rows, batch_rows_max));
}

const TableScan::Part* TableScan::take() {
  const size_t at = next_++;
  return at < parts_.size() ? &parts_[at] : nullptr;
}

bool TableScan::outside_of_times(int64_t least, int64_t most) const {
  return (request_.from && most < request_.from->ticks) || (request_.to && least >= request_.to->ticks);
}

std::pair<size_t, size_t> TableScan::rows_of_times(const Segment& segment) const {
  if (outside_of_times(segment.min_timestamp().ticks, segment.max_timestamp().ticks)) return {0, 0};
  const size_t rows = segment.row_count();
  const auto column = columnar::find_column(schema_, "Timestamp");
  const StoredColumn* times = column && (request_.from || request_.to) ? segment.find(schema_[*column]) : nullptr;
  if (!times || times->encoding != Encoding::integers || times->null_count > 0) return {0, rows};
  const auto may_have = [&](const RangeBlock& block) { return !outside_of_times(block.least, block.most); };
  const auto& blocks = times->blocks;
  const auto first = std::find_if(blocks.begin(), blocks.end(), may_have);
  if (first == blocks.end()) return {0, 0};
  const auto end = std::find_if(blocks.rbegin(), std::make_reverse_iterator(first), may_have).base();
  return {static_cast<size_t>(first - blocks.begin()) * block_rows,
          std::min(rows, static_cast<size_t>(end - blocks.begin()) * block_rows)};
}

Result<RowSet> TableScan::matching(const SegmentReader& reader) const {
  const auto [begin, end] = rows_of_times(reader.segment());
  return matching(reader, Part{nullptr, begin, end, std::make_shared<Judgement>()});
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
