// sort, top and sample: operators that put rows in an order of keys.
#include <algorithm>
#include <random>

#include "evaluator.h"
#include "operators.h"
#include "parallel.h"
#include "sort_keys.h"

namespace vedette::kql {
namespace {

std::vector<Evaluator> key_evaluators(const std::vector<SortExpression>& keys, QueryContext& query) {
  std::vector<Evaluator> evaluators;
  evaluators.reserve(keys.size());
  for (const SortExpression& key : keys) evaluators.emplace_back(key.value, query);
  return evaluators;
}

// Keys that are no columns of the rows are computed batch by batch and held behind these.
class SortStream final : public BatchStream {
 public:
  SortStream(const SortNode& node, StreamPtr input, QueryContext& query)
      : node_(node), input_(std::move(input)), query_(query), charge_(query.memory, "sort") {
    Schema held = node.output;
    for (const SortExpression& key : node.keys) {
      const bool is_column = key.value.kind == ExpressionKind::column;
      key_columns_.push_back(is_column ? key.value.column : held.size());
      if (is_column) continue;
      computed_.emplace_back(key.value, query);
      held.push_back({"", key.value.type});
    }
    held_ = std::make_unique<HeldRows>(held, query.memory, "sort");
  }

  base::Result<std::optional<Batch>> next() override {
    if (!sorted_) TRY(sort());
    TRY(query_.stop.check());
    return slices_.next(query_.batch_rows);
  }

 private:
  base::Status sort() {
    sorted_ = true;
    while (auto batch = TRY(input_->next())) {
      TRY(query_.stop.check());
      for (Vector& key : TRY(evaluate_all(computed_, *batch))) batch->columns.push_back(std::move(key));
      TRY(held_->append(*batch));
    }
    Batch rows = held_->finish();
    if (rows.rows == 0) return {};
    std::vector<Vector> key_values;
    for (const size_t column : key_columns_) key_values.push_back(rows.columns[column]);
    rows.columns.resize(node_.output.size());
    const SortKeys keys(node_.keys, std::move(key_values));
    TRY(charge_.set(keys.held_bytes()));
    slices_ = Slices(rows.select(TRY(keys.sorted(query_.stop))));
    return {};
  }

  const SortNode& node_;
  const StreamPtr input_;
  QueryContext& query_;
  std::vector<size_t> key_columns_;  // of the held rows
  std::vector<Evaluator> computed_;
  std::unique_ptr<HeldRows> held_;
  MemoryCharge charge_;
  bool sorted_ = false;
  Slices slices_;
};

// The first rows in an order. Holds at most about twice as many as are asked for: from time to time the held ones are
// sorted and the rest dropped, and rows that are behind the last of the kept ones are not held at all.
class FirstRows {
 public:
  FirstRows(const std::vector<SortExpression>& order, Schema schema, size_t limit, QueryContext& query, const char* who)
      : order_(order),
        schema_(std::move(schema)),
        limit_(std::min(limit, limit_max)),
        query_(query),
        who_(who),
        charge_(query.memory, who) {
    start();
  }

  // `keys` are the values of the order's expressions for the rows of `batch`.
  base::Status add(Batch batch, std::vector<Vector> keys) {
    const size_t width = schema_.size();
    if (last_) {
      const SortKeys here(order_, keys);
      const Selection ahead = here.not_after(*last_, 0);
      if (ahead->empty()) return {};
      batch = batch.select(ahead);
      for (Vector& key : keys) key = key.select(ahead);
    }
    batch.columns.resize(width);
    for (Vector& key : keys) batch.columns.push_back(std::move(key));
    TRY(held_->append(batch));
    return held_->rows() > 2 * limit_ + slack ? shrink() : base::Status{};
  }

  base::Result<Batch> finish() {
    Batch rows = TRY(first_rows());
    rows.columns.resize(schema_.size());
    return rows;
  }

 private:
  static constexpr size_t slack = 8192;
  static constexpr size_t limit_max = size_t{1} << 40;  // more rows than any budget holds

  // Rows are held with their keys behind their columns.
  void start() {
    Schema columns = schema_;
    for (const SortExpression& key : order_) columns.push_back({"", key.value.type});
    held_ = std::make_unique<HeldRows>(columns, query_.memory, who_);
  }

  base::Result<Batch> first_rows() {
    const Batch rows = held_->finish();
    if (rows.rows == 0) return rows;
    std::vector<Vector> keys(rows.columns.begin() + static_cast<std::ptrdiff_t>(schema_.size()), rows.columns.end());
    const SortKeys sort_keys(order_, std::move(keys));
    TRY(charge_.set(sort_keys.held_bytes()));
    return rows.select(TRY(sort_keys.sorted(query_.stop, limit_)));
  }

  base::Status shrink() {
    const Batch rows = TRY(first_rows());
    const std::unique_ptr<HeldRows> before = std::move(held_);
    start();
    TRY(held_->append(rows));
    const Batch last = rows.slice(rows.rows - 1, 1);
    std::vector<Vector> keys;
    for (size_t i = schema_.size(); i < last.columns.size(); ++i) keys.push_back(last.columns[i].flattened());
    last_.emplace(order_, std::move(keys));
    return {};
  }

  const std::vector<SortExpression>& order_;
  const Schema schema_;
  const size_t limit_;
  QueryContext& query_;
  const char* const who_;
  std::unique_ptr<HeldRows> held_;
  MemoryCharge charge_;
  std::optional<SortKeys> last_;  // one row: no later one is wanted
};

class TopStream final : public BatchStream {
 public:
  TopStream(const TopNode& node, std::vector<StreamPtr> inputs, QueryContext& query)
      : node_(node), inputs_(std::move(inputs)), query_(query) {}

  base::Result<std::optional<Batch>> next() override {
    if (parts_.empty()) TRY(collect());
    return slices_.next(query_.batch_rows);
  }

 private:
  base::Status collect() {
    const size_t limit = TRY(evaluate_row_count(node_.rows, query_));
    for (size_t i = 0; i < inputs_.size(); ++i) {
      parts_.push_back(std::make_unique<FirstRows>(node_.keys, node_.output, limit, query_, "top"));
      keys_.push_back(key_evaluators(node_.keys, query_));
    }
    if (limit == 0) return {};
    TRY(for_each_batch(inputs_, query_, [&](size_t i, Batch& batch) { return add(i, std::move(batch)); }));
    for (size_t i = 1; i < parts_.size(); ++i) TRY(add(0, TRY(parts_[i]->finish())));
    slices_ = Slices(TRY(parts_[0]->finish()));
    return {};
  }

  base::Status add(size_t part, Batch batch) {
    if (batch.rows == 0) return {};
    auto keys = TRY(evaluate_all(keys_[part], batch));
    return parts_[part]->add(std::move(batch), std::move(keys));
  }

  const TopNode& node_;
  const std::vector<StreamPtr> inputs_;
  QueryContext& query_;
  std::vector<std::unique_ptr<FirstRows>> parts_;  // one a stream
  std::vector<std::vector<Evaluator>> keys_;
  Slices slices_;
};

// A uniform sample: the first rows in a random order.
class SampleStream final : public BatchStream {
 public:
  SampleStream(const SampleNode& node, StreamPtr input, QueryContext& query)
      : node_(node), input_(std::move(input)), query_(query) {
    order_.resize(1);
    order_[0].value = column_expression(0, Type::long_);
  }

  base::Result<std::optional<Batch>> next() override {
    if (!first_) TRY(collect());
    return slices_.next(query_.batch_rows);
  }

 private:
  base::Status collect() {
    const size_t limit = TRY(evaluate_row_count(node_.rows, query_));
    first_.emplace(order_, node_.output, limit, query_, "sample");
    if (limit == 0) return {};
    std::mt19937_64 random{std::random_device{}()};
    while (auto batch = TRY(input_->next())) {
      TRY(query_.stop.check());
      columnar::VectorBuilder lots(Type::long_);
      auto* values = lots.resize<int64_t>(batch->rows);
      for (size_t row = 0; row < batch->rows; ++row) values[row] = static_cast<int64_t>(random());
      TRY(first_->add(std::move(*batch), {lots.finish()}));
    }
    slices_ = Slices(TRY(first_->finish()));
    return {};
  }

  const SampleNode& node_;
  const StreamPtr input_;
  QueryContext& query_;
  std::vector<SortExpression> order_;
  std::optional<FirstRows> first_;
  Slices slices_;
};

}  // namespace

StreamPtr make_sort(const SortNode& node, StreamPtr input, QueryContext& query) {
  return std::make_unique<SortStream>(node, std::move(input), query);
}
StreamPtr make_top(const TopNode& node, std::vector<StreamPtr> inputs, QueryContext& query) {
  return std::make_unique<TopStream>(node, std::move(inputs), query);
}
StreamPtr make_sample(const SampleNode& node, StreamPtr input, QueryContext& query) {
  return std::make_unique<SampleStream>(node, std::move(input), query);
}

}  // namespace vedette::kql
