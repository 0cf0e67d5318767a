#include "stored_table.h"

#include <algorithm>

namespace vedette::tables {
namespace {

using columnar::Batch;

// A limit may only stop the scan when every row counts.
size_t limit_of(const kql::ScanRequest& request) {
  const bool every_row_counts = !request.predicate && !request.from && !request.to;
  return request.limit && every_row_counts ? *request.limit : SIZE_MAX;
}

// Segments in the order of their arrival, each decoded column by column and handed on in slices.
class SegmentStream final : public kql::BatchStream {
 public:
  SegmentStream(const columnar::Schema& schema, std::shared_ptr<const Segments> segments,
                std::shared_ptr<ColumnCache> cache, const kql::ScanRequest& request, kql::ScanStatistics& statistics)
      : segments_(std::move(segments)),
        cache_(std::move(cache)),
        from_(request.from),
        to_(request.to),
        rows_left_(limit_of(request)),
        batch_rows_(std::max<size_t>(request.batch_rows, 1)),
        stop_(request.stop),
        statistics_(statistics) {
    for (const size_t column : request.columns) columns_.push_back(schema[column]);
  }

  base::Result<std::optional<Batch>> next() override {
    TRY(stop_.check());
    while (at_row_ == current_.rows) {
      if (rows_left_ == 0 || at_segment_ == segments_->size()) return std::nullopt;
      TRY(open((*segments_)[at_segment_++]));
    }
    const size_t count = std::min({batch_rows_, current_.rows - at_row_, rows_left_});
    Batch batch = current_.slice(at_row_, count);
    at_row_ += count;
    rows_left_ -= rows_left_ == SIZE_MAX ? 0 : count;
    if (rows_left_ == 0) at_row_ = current_.rows;
    return batch;
  }

 private:
  base::Status open(const std::shared_ptr<const Segment>& segment) {
    current_ = {};
    at_row_ = 0;
    if ((from_ && segment->max_timestamp() < *from_) || (to_ && segment->min_timestamp() >= *to_)) return {};
    int64_t bytes_read = 0;
    for (const columnar::Column& column : columns_)
      current_.columns.push_back(TRY(cache_->read(segment, column, bytes_read)));
    current_.rows = segment->row_count();
    statistics_.rows_scanned += static_cast<int64_t>(current_.rows);
    statistics_.bytes_read += bytes_read;
    return {};
  }

  const std::shared_ptr<const Segments> segments_;
  const std::shared_ptr<ColumnCache> cache_;
  const std::optional<base::DateTime> from_, to_;
  size_t rows_left_;
  const size_t batch_rows_;
  const base::StopCheck stop_;
  kql::ScanStatistics& statistics_;
  columnar::Schema columns_;
  Batch current_;
  size_t at_segment_ = 0, at_row_ = 0;
};

}  // namespace

base::Result<kql::ScanAnswer> StoredTable::scan(const kql::ScanRequest& request,
                                                kql::ScanStatistics& statistics) const {
  kql::ScanAnswer answer;
  answer.rows = std::make_unique<SegmentStream>(declaration_.schema, segments_, cache_, request, statistics);
  answer.limit_applied = limit_of(request) != SIZE_MAX;
  return answer;
}

}  // namespace vedette::tables
