// A catalog that shows the rows of a time window.
#include <algorithm>

#include "vedette/resources/hunting/hunting.h"

namespace vedette::resources {
namespace {

using base::Result;
using columnar::Batch;

class WindowStream final : public kql::BatchStream {
 public:
  // Column `timestamp` of the batches is the time; the columns from `width` on are dropped.
  WindowStream(std::unique_ptr<kql::BatchStream> rows, TimeWindow window, size_t timestamp, size_t width)
      : rows_(std::move(rows)), window_(window), timestamp_(timestamp), width_(width) {}

  Result<std::optional<Batch>> next() override {
    while (auto batch = TRY(rows_->next())) {
      Batch inside = rows_inside(std::move(*batch));
      if (inside.rows == 0) continue;
      inside.columns.resize(width_);
      return std::optional<Batch>(std::move(inside));
    }
    return std::optional<Batch>{};
  }

 private:
  Batch rows_inside(Batch batch) const {
    const auto times = batch.columns[timestamp_].view<int64_t>();
    auto selection = std::make_shared<std::vector<uint32_t>>();
    for (size_t row = 0; row < batch.rows; ++row)
      if (!times.is_null(row) && times[row] >= window_.from.ticks && (!window_.to || times[row] < window_.to->ticks))
        selection->push_back(static_cast<uint32_t>(row));
    return selection->size() == batch.rows ? batch : batch.select(selection);
  }

  std::unique_ptr<kql::BatchStream> rows_;
  const TimeWindow window_;
  const size_t timestamp_, width_;
};

class WindowTable final : public kql::TableSource {
 public:
  WindowTable(std::shared_ptr<const kql::TableSource> table, TimeWindow window, size_t timestamp)
      : table_(std::move(table)), window_(window), timestamp_(timestamp) {}

  const columnar::Schema& schema() const override { return table_->schema(); }

  // Limits count rows inside the window, which the table does not know of: they are left to the executor.
  Result<kql::ScanAnswer> scan(const kql::ScanRequest& request, kql::ScanStatistics& statistics) const override {
    kql::ScanRequest inner = request;
    inner.limit.reset(), inner.top.reset(), inner.aggregate.reset();
    inner.from = std::max(request.from.value_or(window_.from), window_.from);
    if (window_.to) inner.to = std::min(request.to.value_or(*window_.to), *window_.to);
    const auto found = std::find(inner.columns.begin(), inner.columns.end(), timestamp_);
    const auto place = static_cast<size_t>(found - inner.columns.begin());
    if (found == inner.columns.end()) inner.columns.push_back(timestamp_);
    kql::ScanAnswer answer = TRY(table_->scan(inner, statistics));
    const auto inside = [&](std::unique_ptr<kql::BatchStream> rows) {
      return std::make_unique<WindowStream>(std::move(rows), window_, place, request.columns.size());
    };
    answer.rows = inside(std::move(answer.rows));
    for (auto& rows : answer.more_rows) rows = inside(std::move(rows));
    return answer;
  }

 private:
  const std::shared_ptr<const kql::TableSource> table_;
  const TimeWindow window_;
  const size_t timestamp_;
};

class WindowCatalog final : public kql::Catalog {
 public:
  WindowCatalog(std::shared_ptr<const kql::Catalog> tables, TimeWindow window)
      : tables_(std::move(tables)), window_(window) {}

  std::shared_ptr<const kql::TableSource> find(std::string_view name) const override {
    auto table = tables_->find(name);
    if (!table) return nullptr;
    const auto timestamp = columnar::find_column(table->schema(), "Timestamp");
    if (!timestamp || table->schema()[*timestamp].type != columnar::Type::datetime) return table;
    return std::make_shared<WindowTable>(std::move(table), window_, *timestamp);
  }
  std::vector<std::string> table_names() const override { return tables_->table_names(); }

 private:
  const std::shared_ptr<const kql::Catalog> tables_;
  const TimeWindow window_;
};

}  // namespace

std::shared_ptr<const kql::Catalog> windowed(std::shared_ptr<const kql::Catalog> tables, TimeWindow window) {
  return std::make_shared<WindowCatalog>(std::move(tables), window);
}

}  // namespace vedette::resources
