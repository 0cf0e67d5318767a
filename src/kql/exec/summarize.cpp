// summarize and distinct: rows by the value of their keys.
#include <algorithm>

#include "aggregation.h"
#include "key_table.h"
#include "operators.h"
#include "parallel.h"
#include "vedette/kql/functions/call_scope.h"

namespace vedette::kql {

Aggregation::Aggregation(const AggregateCall& call, QueryContext& query)
    : call_(call), query_(query), arguments_(make_evaluators(call.arguments, query)) {}

base::Status Aggregation::create() {
  accumulator_ = TRY(call_.function->create(call_.bound));
  return {};
}

base::Status Aggregation::update(const Batch& batch, std::span<const uint32_t> groups, size_t group_count) {
  const std::vector<Vector> arguments = TRY(evaluate_all(arguments_, batch));
  const CallContext context = query_.call(&state_);
  const CallScope scope(context);
  return accumulator_->update(context, arguments, groups, group_count);
}

base::Result<bool> Aggregation::is_settled(const Batch& batch, std::span<const uint32_t> groups) {
  const bool columns = !call_.arguments.empty() &&
                       std::all_of(call_.arguments.begin(), call_.arguments.end(),
                                   [](const auto& argument) { return argument.kind == ExpressionKind::column; });
  return columns && accumulator_->is_settled(TRY(evaluate_all(arguments_, batch)), groups);
}

base::Status Aggregation::merge(Aggregation& other, std::span<const uint32_t> groups, size_t group_count) {
  for (size_t i = 0; i < other.counts_.size(); ++i) add_rows(groups.subspan(i, 1), {&other.counts_[i], 1}, group_count);
  return accumulator_->merge(*other.accumulator_, groups, group_count);
}

void Aggregation::add_rows(std::span<const uint32_t> groups, std::span<const int64_t> weights, size_t group_count) {
  counts_.resize(group_count);
  for (size_t i = 0; i < groups.size(); ++i) counts_[groups[i]] += weights[i];
}

base::Result<std::vector<Vector>> Aggregation::finish(size_t group_count) {
  const CallContext context = query_.call(&state_);
  const CallScope scope(context);
  auto results = TRY(accumulator_->finish(context, group_count));
  for (const Vector& result : results) TRY(check_dynamics(result));
  if (counts_.empty()) return results;
  const auto counted = results[0].view<int64_t>();
  columnar::VectorBuilder sums(Type::long_, group_count);
  for (size_t group = 0; group < group_count; ++group)
    sums.append<int64_t>(counted[group] + (group < counts_.size() ? counts_[group] : 0));
  results[0] = sums.finish();
  return results;
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

// The groups of one stream.
class Groups {
 public:
  Groups(const SummarizeNode& node, QueryContext& query)
      : keys_(make_evaluators(node.keys, query)), table_(types_of(node.keys)), charge_(query.memory, "summarize") {
    aggregations_.reserve(node.aggregates.size());
    for (const AggregateCall& call : node.aggregates) aggregations_.emplace_back(call, query);
  }

  base::Status create() {
    for (Aggregation& aggregation : aggregations_) TRY(aggregation.create());
    return {};
  }

  base::Status add(const Batch& batch) {
    const std::vector<Vector> keys = TRY(evaluate_all(keys_, batch));
    if (counts_by_code(keys)) {
      add_codes(keys[0]);
      return charge();
    }
    if (TRY(is_settled(keys, batch))) return {};
    table_.find_or_add(keys, batch.rows, groups_);
    for (Aggregation& aggregation : aggregations_) TRY(aggregation.update(batch, groups_, table_.size()));
    return charge();
  }

  base::Status merge(Groups& other) {
    table_.find_or_add(other.table_.keys(), other.table_.size(), groups_);
    for (size_t i = 0; i < aggregations_.size(); ++i)
      TRY(aggregations_[i].merge(other.aggregations_[i], groups_, table_.size()));
    return charge();
  }

  base::Result<Batch> finish() {
    Batch out;
    out.rows = keys_.empty() ? 1 : table_.size();
    out.columns = table_.keys();
    for (Aggregation& aggregation : aggregations_)
      for (Vector& result : TRY(aggregation.finish(out.rows))) out.columns.push_back(std::move(result));
    return out;
  }

 private:
  // Whether no row of the batch would be seen in the answer (of arg_max, when later rows came first). Worth to be asked
  // when a value of the key has several rows.
  base::Result<bool> is_settled(const std::vector<Vector>& keys, const Batch& batch) {
    if (keys.size() != 1 || keys[0].base_size() * 4 > batch.rows || !table_.find_dictionary(keys, groups_))
      return false;
    for (Aggregation& aggregation : aggregations_)
      if (!TRY(aggregation.is_settled(batch, groups_))) return false;
    return true;
  }

  // Rows are counted by their code when nothing else is asked of them, and a code has several rows.
  bool counts_by_code(const std::vector<Vector>& keys) const {
    return keys.size() == 1 && keys[0].is_selected() && keys[0].base_size() * 4 <= keys[0].size() &&
           std::all_of(aggregations_.begin(), aggregations_.end(), [](const auto& a) { return a.counts_rows_only(); });
  }

  void add_codes(const Vector& key) {
    const auto view = key.view<std::string_view>();  // for the codes alone
    const size_t rows = key.size();
    // Two counters a code, used in turns: neighbours of one code do not wait for each other.
    std::vector<uint32_t> counts(2 * key.base_size());
    for (size_t row = 0; row < rows; ++row) ++counts[view.index(row) * 2 + row % 2];
    auto codes = std::make_shared<std::vector<uint32_t>>();
    std::vector<int64_t> weights;
    for (uint32_t code = 0; code < key.base_size(); ++code) {
      const int64_t weight = int64_t{counts[size_t{code} * 2]} + counts[size_t{code} * 2 + 1];
      if (weight == 0) continue;
      codes->push_back(code);
      weights.push_back(weight);
    }
    const Vector values = key.base().select(codes);
    table_.find_or_add(std::span(&values, 1), weights.size(), groups_);
    for (Aggregation& aggregation : aggregations_) aggregation.add_rows(groups_, weights, table_.size());
  }

  base::Status charge() {
    int64_t bytes = table_.held_bytes();
    for (const Aggregation& aggregation : aggregations_) bytes += aggregation.held_bytes();
    return charge_.set(bytes);
  }

  std::vector<Evaluator> keys_;
  KeyTable table_;
  std::vector<Aggregation> aggregations_;
  std::vector<uint32_t> groups_;  // of the rows at hand
  MemoryCharge charge_;
};

class SummarizeStream final : public BatchStream {
 public:
  SummarizeStream(const SummarizeNode& node, std::vector<StreamPtr> inputs, QueryContext& query)
      : inputs_(std::move(inputs)), query_(query) {
    for (size_t i = 0; i < inputs_.size(); ++i) parts_.push_back(std::make_unique<Groups>(node, query));
  }

  base::Result<std::optional<Batch>> next() override {
    if (!done_) TRY(aggregate());
    TRY(query_.stop.check());
    return slices_.next(query_.batch_rows);
  }

 private:
  base::Status aggregate() {
    done_ = true;
    for (const auto& part : parts_) TRY(part->create());
    TRY(for_each_batch(inputs_, query_, [&](size_t i, Batch& batch) { return parts_[i]->add(batch); }));
    for (; parts_.size() > 1; parts_.pop_back()) TRY(parts_[0]->merge(*parts_.back()));
    slices_ = Slices(TRY(parts_[0]->finish()));
    return {};
  }

  const std::vector<StreamPtr> inputs_;
  QueryContext& query_;
  std::vector<std::unique_ptr<Groups>> parts_;  // one a stream
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

StreamPtr make_summarize(const SummarizeNode& node, std::vector<StreamPtr> inputs, QueryContext& query) {
  return std::make_unique<SummarizeStream>(node, std::move(inputs), query);
}
StreamPtr make_distinct(const DistinctNode& node, StreamPtr input, QueryContext& query) {
  return std::make_unique<DistinctStream>(node, std::move(input), query);
}

}  // namespace vedette::kql
