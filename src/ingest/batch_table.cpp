#include "vedette/ingest/batch_table.h"

#include <algorithm>

namespace vedette::ingest {

namespace {

class BatchesStream final : public kql::BatchStream {
 public:
  BatchesStream(const std::vector<columnar::Batch>& batches, std::vector<size_t> columns, size_t batch_rows)
      : batches_(batches), columns_(std::move(columns)), batch_rows_(std::max<size_t>(batch_rows, 1)) {}

  base::Result<std::optional<columnar::Batch>> next() override {
    while (index_ < batches_.size() && at_ == batches_[index_].rows) ++index_, at_ = 0;
    if (index_ == batches_.size()) return std::optional<columnar::Batch>{};
    const auto& source = batches_[index_];
    const size_t rows = std::min(batch_rows_, source.rows - at_);
    columnar::Batch batch{.columns = {}, .rows = rows};
    for (const size_t column : columns_)
      batch.columns.push_back(rows == source.rows ? source.columns[column] : source.columns[column].slice(at_, rows));
    at_ += rows;
    return std::optional<columnar::Batch>(std::move(batch));
  }

 private:
  std::vector<columnar::Batch> batches_;
  std::vector<size_t> columns_;
  size_t batch_rows_, index_ = 0, at_ = 0;
};

}  // namespace

base::Result<kql::ScanAnswer> BatchTable::scan(const kql::ScanRequest& request, kql::ScanStatistics&) const {
  kql::ScanAnswer answer;
  answer.rows = std::make_unique<BatchesStream>(batches_, request.columns, request.batch_rows);
  return answer;
}

std::shared_ptr<const kql::TableSource> NamedTables::find(std::string_view name) const {
  for (const auto& [known, table] : tables_) {
    if (known != name) continue;
    if (std::find(asked_.begin(), asked_.end(), known) == asked_.end()) asked_.push_back(known);
    return table;
  }
  return nullptr;
}

}  // namespace vedette::ingest
