// Reading a table: what its source did not take over of the request is done here.
#include <algorithm>
#include <mutex>

#include "condition.h"
#include "operators.h"
#include "parallel.h"

namespace vedette::kql {
namespace {

// The source's stream, from which one or several threads take batches.
class TableReader {
 public:
  TableReader(const ScanNode& node, QueryContext& query, size_t batch_rows)
      : node_(node), query_(query), batch_rows_(batch_rows) {}
  ~TableReader() { query_.add_statistics(statistics_); }
  TableReader(const TableReader&) = delete;
  TableReader& operator=(const TableReader&) = delete;

  base::Result<std::optional<Batch>> next() {
    const std::lock_guard lock(mutex_);
    if (ended_) return std::nullopt;
    if (!rows_) TRY(open());
    auto batch = TRY(rows_->next());
    if (batch) return batch;
    rows_.reset();
    ended_ = true;
    query_.add_statistics(std::exchange(statistics_, {}));
    return std::nullopt;
  }
  // Known once next() has been called.
  bool predicate_applied() const { return predicate_applied_; }

 private:
  base::Status open() {
    auto table = node_.table;
    if (query_.catalog)
      if (auto current = query_.catalog->find(node_.table_name)) table = std::move(current);
    ScanRequest request = node_.request;
    request.batch_rows = batch_rows_;
    request.threads = query_.threads;
    request.stop = query_.stop;
    request.memory = &query_.memory;
    ScanAnswer answer = TRY(table->scan(request, statistics_));
    predicate_applied_ = answer.predicate_applied;
    rows_ = std::move(answer.rows);
    return {};
  }

  const ScanNode& node_;
  QueryContext& query_;
  const size_t batch_rows_;
  std::mutex mutex_;
  StreamPtr rows_;
  ScanStatistics statistics_;
  bool predicate_applied_ = false, ended_ = false;
};

class ScanStream final : public BatchStream {
 public:
  ScanStream(const ScanNode& node, QueryContext& query, std::shared_ptr<TableReader> reader)
      : node_(node), query_(query), reader_(std::move(reader)) {
    if (node.condition) condition_.emplace(*node.condition, query);
  }

  base::Result<std::optional<Batch>> next() override {
    while (true) {
      TRY(query_.stop.check());
      auto batch = piece_.next(query_.batch_rows);
      if (!batch) {
        auto rows = TRY(reader_->next());
        if (!rows) return std::nullopt;
        piece_ = Slices(std::move(*rows));
        continue;
      }
      if (!condition_ || reader_->predicate_applied()) {
        batch->columns.resize(node_.output.size());
        return batch;
      }
      const auto matching = TRY(condition_->matching(*batch));
      if (matching && (*matching)->empty()) continue;
      batch->columns.resize(node_.output.size());
      return matching ? batch->select(*matching) : std::move(*batch);
    }
  }

 private:
  const ScanNode& node_;
  QueryContext& query_;
  const std::shared_ptr<TableReader> reader_;
  std::optional<Condition> condition_;
  Slices piece_;
};

}  // namespace

StreamPtr make_scan(const ScanNode& node, QueryContext& query) {
  return std::make_unique<ScanStream>(node, query, std::make_shared<TableReader>(node, query, query.batch_rows));
}

std::vector<StreamPtr> make_split_scan(const ScanNode& node, QueryContext& query) {
  const auto reader = std::make_shared<TableReader>(node, query, std::max(query.batch_rows, morsel_rows));
  std::vector<StreamPtr> streams;
  for (int i = 0; i < query.threads; ++i) streams.push_back(std::make_unique<ScanStream>(node, query, reader));
  return streams;
}

}  // namespace vedette::kql
