// Reading a table: what its source did not take over of the request is done here.
#include <algorithm>
#include <mutex>

#include "condition.h"
#include "operators.h"
#include "parallel.h"

namespace vedette::kql {
namespace {

// The source's streams. When there is one, several threads take batches from it in turns.
class TableReader {
 public:
  TableReader(const ScanNode& node, QueryContext& query, size_t batch_rows, int threads)
      : node_(node), query_(query), batch_rows_(batch_rows), threads_(threads) {}
  ~TableReader() {
    rows_.clear();
    tell();
  }
  TableReader(const TableReader&) = delete;
  TableReader& operator=(const TableReader&) = delete;

  // By thread `thread`, from 0.
  base::Result<std::optional<Batch>> next(size_t thread) {
    {
      const std::lock_guard lock(mutex_);
      if (rows_.empty() && !ended_) TRY(open());
      if (ended_) return std::nullopt;
      if (rows_.size() == 1) return next_of(rows_[0]);
    }
    // `rows_` does not change from here on, but for each thread's own stream.
    if (thread >= rows_.size() || !rows_[thread]) return std::nullopt;
    auto batch = TRY(rows_[thread]->next());
    if (batch) return batch;
    const std::lock_guard lock(mutex_);
    rows_[thread].reset();
    if (++ended_streams_ == rows_.size()) end();
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
    request.threads = threads_;
    request.stop = query_.stop;
    request.memory = &query_.memory;
    ScanAnswer answer = TRY(table->scan(request, statistics_));
    predicate_applied_ = answer.predicate_applied;
    rows_ = std::move(answer.more_rows);
    rows_.insert(rows_.begin(), std::move(answer.rows));
    return {};
  }

  base::Result<std::optional<Batch>> next_of(StreamPtr& only) {
    auto batch = TRY(only->next());
    if (!batch) {
      rows_.clear();
      end();
    }
    return batch;
  }

  void end() {
    ended_ = true;
    tell();
  }

  void tell() {
    if (query_.costs) query_.costs->add_scan(node_, statistics_);
    query_.add_statistics(std::exchange(statistics_, {}));
  }

  const ScanNode& node_;
  QueryContext& query_;
  const size_t batch_rows_;
  const int threads_;
  std::mutex mutex_;
  std::vector<StreamPtr> rows_;  // empty before it is opened
  size_t ended_streams_ = 0;
  ScanStatistics statistics_;
  bool predicate_applied_ = false, ended_ = false;
};

class ScanStream final : public BatchStream {
 public:
  ScanStream(const ScanNode& node, QueryContext& query, std::shared_ptr<TableReader> reader, size_t thread,
             size_t slice_rows)
      : node_(node), query_(query), reader_(std::move(reader)), thread_(thread), slice_rows_(slice_rows) {
    if (node.condition) condition_.emplace(*node.condition, query);
  }

  base::Result<std::optional<Batch>> next() override {
    while (true) {
      TRY(query_.stop.check());
      auto batch = piece_.next(slice_rows_);
      if (!batch) {
        auto rows = TRY(reader_->next(thread_));
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
  const size_t thread_, slice_rows_;
  std::optional<Condition> condition_;
  Slices piece_;
};

}  // namespace

StreamPtr make_scan(const ScanNode& node, QueryContext& query) {
  return std::make_unique<ScanStream>(node, query, std::make_shared<TableReader>(node, query, query.batch_rows, 1), 0,
                                      query.batch_rows);
}

std::vector<StreamPtr> make_split_scan(const ScanNode& node, QueryContext& query) {
  const auto reader =
      std::make_shared<TableReader>(node, query, std::max(query.batch_rows, morsel_rows), query.threads);
  std::vector<StreamPtr> streams;
  for (size_t i = 0; i < static_cast<size_t>(query.threads); ++i)
    streams.push_back(std::make_unique<ScanStream>(node, query, reader, i, query.batch_rows * split_scan_batches));
  return streams;
}

}  // namespace vedette::kql
