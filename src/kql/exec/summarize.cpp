// summarize and distinct: rows by the value of their keys.
#include "aggregation.h"
#include "key_table.h"
#include "operators.h"

namespace vedette::kql {

Aggregation::Aggregation(const AggregateCall& call, QueryContext& query)
    : call_(call), query_(query), arguments_(make_evaluators(call.arguments, query)) {}

base::Status Aggregation::create() {
  accumulator_ = TRY(call_.function->create(call_.bound));
  return {};
}

base::Status Aggregation::update(const Batch& batch, std::span<const uint32_t> groups, size_t group_count) {
  const std::vector<Vector> arguments = TRY(evaluate_all(arguments_, batch));
  return accumulator_->update(query_.call(&state_), arguments, groups, group_count);
}

base::Result<std::vector<Vector>> Aggregation::finish(size_t group_count) {
  return accumulator_->finish(query_.call(&state_), group_count);
}

namespace {

std::vector<Type> types_of(const std::vector<BoundExpression>& expressions) {
  std::vector<Type> types;
  for (const BoundExpression& expression : expressions) types.push_back(expression.type);
  return types;
}

std::vector<Type> types_of(const Schema& schema) {
  std::vector<Type> types;
  for (const columnar::Column& column : schema) types.push_back(column.type);
  return types;
}

class SummarizeStream final : public BatchStream {
 public:
  SummarizeStream(const SummarizeNode& node, StreamPtr input, QueryContext& query)
      : input_(std::move(input)),
        query_(query),
        keys_(make_evaluators(node.keys, query)),
        table_(types_of(node.keys)),
        charge_(query.memory, "summarize") {
    aggregations_.reserve(node.aggregates.size());
    for (const AggregateCall& call : node.aggregates) aggregations_.emplace_back(call, query);
  }

  base::Result<std::optional<Batch>> next() override {
    if (!done_) TRY(aggregate());
    return slices_.next(query_.batch_rows);
  }

 private:
  base::Status aggregate() {
    done_ = true;
    for (Aggregation& aggregation : aggregations_) TRY(aggregation.create());
    std::vector<uint32_t> groups;
    while (const auto batch = TRY(input_->next())) {
      TRY(query_.stop.check());
      table_.find_or_add(TRY(evaluate_all(keys_, *batch)), batch->rows, groups);
      int64_t bytes = table_.held_bytes();
      for (Aggregation& aggregation : aggregations_) {
        TRY(aggregation.update(*batch, groups, table_.size()));
        bytes += aggregation.held_bytes();
      }
      TRY(charge_.set(bytes));
    }
    return finish();
  }

  base::Status finish() {
    Batch out;
    out.rows = keys_.empty() ? 1 : table_.size();
    out.columns = table_.keys();
    for (Aggregation& aggregation : aggregations_)
      for (Vector& result : TRY(aggregation.finish(out.rows))) out.columns.push_back(std::move(result));
    slices_ = Slices(std::move(out));
    return {};
  }

  const StreamPtr input_;
  QueryContext& query_;
  std::vector<Evaluator> keys_;
  KeyTable table_;
  std::vector<Aggregation> aggregations_;
  MemoryCharge charge_;
  bool done_ = false;
  Slices slices_;
};

// Hands on each row that is the first of its kind.
class DistinctStream final : public BatchStream {
 public:
  DistinctStream(const DistinctNode& node, StreamPtr input, QueryContext& query)
      : input_(std::move(input)), query_(query), table_(types_of(node.output)), charge_(query.memory, "distinct") {}

  base::Result<std::optional<Batch>> next() override {
    while (auto batch = TRY(input_->next())) {
      TRY(query_.stop.check());
      uint32_t known = static_cast<uint32_t>(table_.size());
      table_.find_or_add(batch->columns, batch->rows, groups_);
      TRY(charge_.set(table_.held_bytes()));
      auto fresh = std::make_shared<std::vector<uint32_t>>();
      for (uint32_t row = 0; row < batch->rows; ++row)
        if (groups_[row] == known) fresh->push_back(row), ++known;
      if (!fresh->empty()) return batch->select(fresh);
    }
    return std::nullopt;
  }

 private:
  const StreamPtr input_;
  QueryContext& query_;
  KeyTable table_;
  MemoryCharge charge_;
  std::vector<uint32_t> groups_;
};

}  // namespace

StreamPtr make_summarize(const SummarizeNode& node, StreamPtr input, QueryContext& query) {
  return std::make_unique<SummarizeStream>(node, std::move(input), query);
}
StreamPtr make_distinct(const DistinctNode& node, StreamPtr input, QueryContext& query) {
  return std::make_unique<DistinctStream>(node, std::move(input), query);
}

}  // namespace vedette::kql
