// The small ones: take, count, union.
#include <algorithm>
#include <atomic>

#include "evaluator.h"
#include "operators.h"
#include "parallel.h"

namespace vedette::kql {
namespace {

class TakeStream final : public BatchStream {
 public:
  TakeStream(const TakeNode& node, StreamPtr input, QueryContext& query)
      : node_(node), input_(std::move(input)), query_(query) {}

  base::Result<std::optional<Batch>> next() override {
    if (!left_) left_ = TRY(evaluate_row_count(node_.rows, query_));
    if (*left_ == 0) {
      input_.reset();
      return std::nullopt;
    }
    auto batch = TRY(input_->next());
    if (!batch) return std::nullopt;
    if (batch->rows > *left_) batch = batch->slice(0, *left_);
    *left_ -= batch->rows;
    return batch;
  }

 private:
  const TakeNode& node_;
  StreamPtr input_;
  QueryContext& query_;
  std::optional<size_t> left_;
};

class CountStream final : public BatchStream {
 public:
  CountStream(std::vector<StreamPtr> inputs, QueryContext& query) : inputs_(std::move(inputs)), query_(query) {}

  base::Result<std::optional<Batch>> next() override {
    if (done_) return std::nullopt;
    done_ = true;
    std::atomic<int64_t> rows = 0;
    TRY(for_each_batch(inputs_, query_, [&](size_t, Batch& batch) -> base::Status {
      rows += static_cast<int64_t>(batch.rows);
      return {};
    }));
    return Batch{{columnar::constant_long(rows)}, 1};
  }

 private:
  const std::vector<StreamPtr> inputs_;
  QueryContext& query_;
  bool done_ = false;
};

// One input after the other.
class UnionStream final : public BatchStream {
 public:
  explicit UnionStream(std::vector<StreamPtr> inputs) : inputs_(std::move(inputs)) {}

  base::Result<std::optional<Batch>> next() override {
    for (; at_ < inputs_.size(); ++at_) {
      if (auto batch = TRY(inputs_[at_]->next())) return batch;
      inputs_[at_].reset();
    }
    return std::nullopt;
  }

 private:
  std::vector<StreamPtr> inputs_;
  size_t at_ = 0;
};

}  // namespace

StreamPtr make_take(const TakeNode& node, StreamPtr input, QueryContext& query) {
  return std::make_unique<TakeStream>(node, std::move(input), query);
}
StreamPtr make_count(std::vector<StreamPtr> inputs, QueryContext& query) {
  return std::make_unique<CountStream>(std::move(inputs), query);
}
StreamPtr make_union(std::vector<StreamPtr> inputs) { return std::make_unique<UnionStream>(std::move(inputs)); }

}  // namespace vedette::kql
