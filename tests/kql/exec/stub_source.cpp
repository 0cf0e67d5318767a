#include "stub_source.h"

#include "vedette/kql/exec/engine.h"
#include "vedette/kql/functions/signature.h"

namespace vedette::kql::testing {
namespace {

using columnar::Batch;
using columnar::Schema;

// The predicate as an expression over the source's columns; nullopt when an operator is not known here.
std::optional<BoundExpression> expression_of(const Predicate& predicate, const Schema& schema) {
  BoundExpression call;
  call.kind = ExpressionKind::call;
  call.type = Type::bool_;
  std::vector<ArgumentType> types;
  if (predicate.children.empty()) {
    call.arguments.push_back(column_expression(predicate.column, schema[predicate.column].type));
    for (const Vector& constant : predicate.constants) call.arguments.push_back(constant_expression(constant));
  }
  for (const Predicate& child : predicate.children) {
    auto argument = expression_of(child, schema);
    if (!argument) return std::nullopt;
    call.arguments.push_back(std::move(*argument));
  }
  // `and` and `or` of many are of two, again and again.
  while (call.arguments.size() > 2 && (predicate.op == "and" || predicate.op == "or")) {
    BoundExpression pair;
    pair.kind = ExpressionKind::call;
    pair.type = Type::bool_;
    for (int i = 0; i < 2; ++i) {
      pair.arguments.insert(pair.arguments.begin(), std::move(call.arguments.back()));
      call.arguments.pop_back();
    }
    const ArgumentType bools[] = {{Type::bool_, false}, {Type::bool_, false}};
    pair.function = resolve_scalar(predicate.op, bools).function;
    call.arguments.push_back(std::move(pair));
  }
  if (call.arguments.size() == 1 && (predicate.op == "and" || predicate.op == "or"))
    return std::move(call.arguments[0]);
  for (const BoundExpression& argument : call.arguments) types.push_back({argument.type, false});
  call.function = resolve_scalar(predicate.op, types).function;
  if (!call.function) return std::nullopt;
  return call;
}

class RowStream final : public BatchStream {
 public:
  RowStream(Batch rows, size_t batch_rows) : rows_(std::move(rows)), batch_rows_(batch_rows) {}
  base::Result<std::optional<Batch>> next() override {
    if (at_ == rows_.rows) return std::nullopt;
    const size_t count = std::min(batch_rows_, rows_.rows - at_);
    at_ += count;
    return rows_.slice(at_ - count, count);
  }

 private:
  const Batch rows_;
  const size_t batch_rows_;
  size_t at_ = 0;
};

template <class Node>
PlanPtr over(PlanPtr input, std::unique_ptr<Node> node) {
  node->output = input->output;
  node->inputs.push_back(std::move(input));
  return node;
}

class StubSource final : public TableSource {
 public:
  StubSource(Schema schema, Batch rows, Eagerness eagerness)
      : schema_(std::move(schema)), rows_(std::move(rows)), eagerness_(eagerness) {}

  const Schema& schema() const override { return schema_; }

  base::Result<ScanAnswer> scan(const ScanRequest& request, ScanStatistics& statistics) const override {
    statistics.rows_scanned += static_cast<int64_t>(rows_.rows);
    ScanAnswer answer;
    Batch rows = rows_;
    if (eagerness_ == Eagerness::everything) rows = TRY(apply(request, answer));
    Batch delivered;
    delivered.rows = rows.rows;
    for (const size_t column : request.columns) delivered.columns.push_back(rows.columns[column]);
    answer.rows = std::make_unique<RowStream>(std::move(delivered), request.batch_rows);
    return answer;
  }

 private:
  PlanPtr values() const {
    auto node = std::make_unique<ValuesNode>();
    node->output = schema_;
    node->rows = rows_;
    return node;
  }

  base::Result<Batch> apply(const ScanRequest& request, ScanAnswer& answer) const {
    PlanPtr plan = values();
    answer.predicate_applied = true;
    if (request.predicate) {
      auto condition = expression_of(*request.predicate, schema_);
      if (!condition) {
        answer.predicate_applied = false;
        return rows_;
      }
      auto filter = std::make_unique<FilterNode>();
      filter->condition = std::move(*condition);
      plan = over(std::move(plan), std::move(filter));
    }
    if (request.top) {
      auto top = std::make_unique<TopNode>();
      top->rows = constant_expression(columnar::constant_long(static_cast<int64_t>(request.top->rows)));
      for (const SortKey& key : request.top->keys)
        top->keys.push_back({column_expression(key.column, schema_[key.column].type), key.order, key.nulls});
      plan = over(std::move(plan), std::move(top));
      answer.top_applied = true;
    }
    if (request.limit) {
      auto take = std::make_unique<TakeNode>();
      take->rows = constant_expression(columnar::constant_long(static_cast<int64_t>(*request.limit)));
      plan = over(std::move(plan), std::move(take));
      answer.limit_applied = true;
    }
    auto query = std::make_shared<BoundQuery>();
    query->root = std::move(plan);
    EngineOptions options;
    options.batch_rows = SIZE_MAX;
    const auto execution = TRY(start(query, options));
    auto batch = TRY(execution->next());
    if (batch) return std::move(*batch);
    return rows_.slice(0, 0);
  }

  const Schema schema_;
  const Batch rows_;
  const Eagerness eagerness_;
};

}  // namespace

std::shared_ptr<const TableSource> make_stub_source(Schema schema, Batch rows, Eagerness eagerness) {
  return std::make_shared<StubSource>(std::move(schema), std::move(rows), eagerness);
}

}  // namespace vedette::kql::testing
