#include "stored_table.h"

#include <algorithm>

#include "table_scan.h"

namespace vedette::tables {
namespace {

using columnar::Batch;

// Parts of segments as they are free, in the scan's order when this is the only stream.
class SegmentStream final : public kql::BatchStream {
 public:
  explicit SegmentStream(std::shared_ptr<TableScan> scan)
      : scan_(std::move(scan)),
        rows_left_(scan_->exact() ? scan_->request().limit.value_or(SIZE_MAX) : SIZE_MAX),
        batch_rows_(std::max<size_t>(scan_->request().batch_rows, 1)) {}

  base::Result<std::optional<Batch>> next() override {
    TRY(scan_->request().stop.check());
    while (at_row_ == current_.rows) {
      if (rows_left_ == 0) return std::nullopt;
      const TableScan::Part* const part = scan_->take();
      if (!part) return std::nullopt;
      TRY(scan_->request().stop.check());
      current_ = TRY(scan_->read(*part, [&](const SegmentReader& reader) { return rows_of(reader, *part); }));
      at_row_ = 0;
    }
    const size_t count = std::min({batch_rows_, current_.rows - at_row_, rows_left_});
    Batch batch = current_.slice(at_row_, count);
    at_row_ += count;
    rows_left_ -= rows_left_ == SIZE_MAX ? 0 : count;
    if (rows_left_ == 0) at_row_ = current_.rows;
    return batch;
  }

 private:
  base::Result<Batch> rows_of(const SegmentReader& reader, const TableScan::Part& part) const {
    const RowSet rows = TRY(scan_->matching(reader, part));
    return rows.empty() ? Batch{} : scan_->rows(reader, rows.first(rows_left_));
  }

  const std::shared_ptr<TableScan> scan_;
  size_t rows_left_;
  const size_t batch_rows_;
  Batch current_;
  size_t at_row_ = 0;
};

}  // namespace

base::Result<kql::ScanAnswer> StoredTable::scan(const kql::ScanRequest& request,
                                                kql::ScanStatistics& statistics) const {
  for (const auto& segment : *segments_)
    if (segment->damage()) return *segment->damage();  // what it held is in no answer: there is none
  kql::ScanAnswer answer;
  const auto scan = std::make_shared<TableScan>(declaration_.schema, segments_, cache_, request, statistics);
  answer.predicate_applied = scan->exact();
  answer.rows = make_top_scan(scan);
  answer.top_applied = answer.rows != nullptr;
  if (answer.rows) return answer;
  answer.limit_applied = request.limit && scan->exact();
  answer.rows = std::make_unique<SegmentStream>(scan);
  for (int i = 1; i < request.threads; ++i) answer.more_rows.push_back(std::make_unique<SegmentStream>(scan));
  return answer;
}

}  // namespace vedette::tables
