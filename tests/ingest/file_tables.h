// A sink whose rows can be queried at once: what an input became, as a catalog of the hunting tables.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "vedette/ingest/sink.h"
#include "vedette/tables/declaration.h"

namespace vedette::ingest {

class BatchesTable final : public kql::TableSource {
 public:
  BatchesTable(columnar::Schema schema, std::vector<columnar::Batch> batches)
      : schema_(std::move(schema)), batches_(std::move(batches)) {}
  const columnar::Schema& schema() const override { return schema_; }

  base::Result<kql::ScanAnswer> scan(const kql::ScanRequest& request, kql::ScanStatistics&) const override {
    struct Stream final : kql::BatchStream {
      base::Result<std::optional<columnar::Batch>> next() override {
        if (at == batches.size()) return std::optional<columnar::Batch>{};
        columnar::Batch batch{.columns = {}, .rows = batches[at].rows};
        for (const size_t column : columns) batch.columns.push_back(batches[at].columns[column]);
        ++at;
        return std::optional<columnar::Batch>(std::move(batch));
      }
      std::vector<columnar::Batch> batches;
      std::vector<size_t> columns;
      size_t at = 0;
    };
    auto stream = std::make_unique<Stream>();
    stream->batches = batches_;
    stream->columns = request.columns;
    kql::ScanAnswer answer;
    answer.rows = std::move(stream);
    return answer;
  }

 private:
  columnar::Schema schema_;
  std::vector<columnar::Batch> batches_;
};

class FileTables final : public IngestSink, public kql::Catalog {
 public:
  std::string state(const std::string&) const override { return {}; }
  base::Status commit(IngestUnit unit) override {
    for (auto& part : unit.rows)
      for (auto& batch : part.batches) batches_[part.table].push_back(std::move(batch));
    std::move(unit.alerts.begin(), unit.alerts.end(), std::back_inserter(alerts));
    std::move(unit.incidents.begin(), unit.incidents.end(), std::back_inserter(incidents));
    std::move(unit.indicators.begin(), unit.indicators.end(), std::back_inserter(indicators));
    return {};
  }
  std::shared_ptr<const kql::TableSource> find(std::string_view name) const override {
    const auto* declaration = tables::find_declaration(name);
    if (!declaration) return nullptr;
    if (name == "AlertInfo") return alert_info(*declaration);
    const auto rows = batches_.find(std::string(name));
    return std::make_shared<BatchesTable>(declaration->schema,
                                          rows == batches_.end() ? std::vector<columnar::Batch>{} : rows->second);
  }
  std::vector<std::string> table_names() const override {
    std::vector<std::string> names;
    for (const auto& table : tables::declared_tables())
      if (table.visibility == tables::Visibility::visible) names.push_back(table.name);
    return names;
  }

  const std::map<std::string, std::vector<columnar::Batch>>& batches() const { return batches_; }

  std::vector<json::Object> alerts, incidents, indicators;

 private:
  // As much of the view over the stored alerts as tests ask for.
  std::shared_ptr<const kql::TableSource> alert_info(const tables::TableDeclaration& declaration) const {
    columnar::Batch batch{.columns = {}, .rows = alerts.size()};
    for (const auto& column : declaration.schema) {
      const char* property = column.name == "Title" ? "title" : column.name == "AlertId" ? "id" : nullptr;
      columnar::VectorBuilder values(column.type);
      for (const auto& alert : alerts) {
        if (property)
          values.append_copy(std::string_view(alert.at(property).as_string()));
        else
          values.append_null();
      }
      batch.columns.push_back(values.finish());
    }
    return std::make_shared<BatchesTable>(
        declaration.schema, alerts.empty() ? std::vector<columnar::Batch>{} : std::vector<columnar::Batch>{batch});
  }

  std::map<std::string, std::vector<columnar::Batch>> batches_;
};

}  // namespace vedette::ingest
