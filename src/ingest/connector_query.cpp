#include "connector_query.h"

#include <numeric>

#include "vedette/kql/exec/engine.h"

namespace vedette::ingest {

using columnar::Batch;
using columnar::Schema;

const Schema& source_schema() {
  using columnar::Type;
  static const Schema schema{{"Record", Type::dynamic},
                             {"Text", Type::string},
                             {"File", Type::string},
                             {std::string(record_column), Type::long_}};
  return schema;
}

Schema ConnectorStatement::output() const {
  Schema schema = query->root->output;
  schema.pop_back();
  return schema;
}

namespace {

base::Result<std::vector<Batch>> execute(const std::shared_ptr<const kql::BoundQuery>& query, const std::string& reads,
                                         std::shared_ptr<const BatchTable> table) {
  NamedTables catalog;
  catalog.add(reads, std::move(table));
  const auto execution = TRY(kql::start(query, {}, &catalog));
  std::vector<Batch> batches;
  while (auto batch = TRY(execution->next())) batches.push_back(std::move(*batch));
  return batches;
}

// The rows whose record is wanted.
std::vector<Batch> filter(const std::vector<Batch>& batches, const std::vector<bool>& wanted) {
  std::vector<Batch> filtered;
  for (const auto& batch : batches) {
    const auto record = batch.columns.back().view<int64_t>();
    auto rows = std::make_shared<std::vector<uint32_t>>();
    for (size_t row = 0; row < batch.rows; ++row)
      if (wanted[static_cast<size_t>(record[row])]) rows->push_back(static_cast<uint32_t>(row));
    if (!rows->empty()) filtered.push_back(batch.select(rows));
  }
  return filtered;
}

}  // namespace

ConnectorQuery::Rows::Rows(const ConnectorQuery& query, Batch source) : query_(query) {
  tables_.resize(query.stages_.size() + 1);
  tables_[0] = std::make_shared<BatchTable>(source_schema(), std::vector<Batch>{std::move(source)});
}

base::Result<std::shared_ptr<const BatchTable>> ConnectorQuery::Rows::table(std::string_view name) {
  if (name == source_table) return tables_[0];
  size_t index = 0;
  while (query_.stages_[index].name != name) ++index;
  auto& ready = tables_[index + 1];
  if (!ready) {
    const auto& stage = query_.stages_[index];
    auto rows = TRY(execute(stage.query, stage.reads, TRY(table(stage.reads))));
    ready = std::make_shared<BatchTable>(stage.query->root->output, std::move(rows));
  }
  return ready;
}

base::Result<std::vector<Batch>> ConnectorQuery::Rows::run(const ConnectorStatement& statement,
                                                           const std::vector<bool>& wanted) {
  auto input = TRY(table(statement.reads));
  if (!wanted.empty()) input = std::make_shared<BatchTable>(input->schema(), filter(input->batches(), wanted));
  return execute(statement.query, statement.reads, std::move(input));
}

}  // namespace vedette::ingest
