// Rows that have a hunting table's columns already: a connector whose KQL is made from the table's declaration.
#include <string>

#include "json_rows.h"
#include "row_columns.h"
#include "table_rows.h"
#include "vedette/ingest/connector.h"
#include "vedette/tables/declaration.h"

namespace vedette::ingest {

using base::ErrorCode;
using base::fail;

namespace {

std::string events_of(const tables::TableDeclaration& table) {
  return "let checked = source | extend Misfit = " + misfit_of(table, "Record") + ";\nchecked | where isempty(Misfit)" +
         project_columns(table, "Record") + " | as " + table.name + ";\nchecked | project Source = \"" + table.name +
         "\", Reason = Misfit, Record | as UnmappedEvents\n";
}

class TableConnector final : public Connector {
 public:
  TableConnector(std::shared_ptr<const Connector> mapping, const tables::TableDeclaration& table)
      : mapping_(std::move(mapping)), table_(table), rows_(table.schema) {}
  const ConnectorConfig& config() const override { return mapping_->config(); }
  std::vector<std::string> tables() const override { return mapping_->tables(); }
  bool gives_alerts() const override { return false; }
  const columnar::Schema* member_columns() const override { return &table_.schema; }
  std::unique_ptr<RowBuilder> row_builder() const override { return build_json_rows(table_); }
  MappedRecords map(const RecordBatch& records, const AlertOrigin& origin) const override {
    auto rows = records.records.empty() ? std::nullopt : rows_.build(records);
    if (!rows) return mapping_->map(records, origin);
    MappedRecords mapped;
    mapped.quarantined = records.quarantined;
    for (const Record& record : records.records) mapped.mapped += record.parts;
    mapped.rows.push_back({table_.name, {std::move(*rows)}});
    return mapped;
  }

 private:
  std::shared_ptr<const Connector> mapping_;
  const tables::TableDeclaration& table_;
  const TableRowsBuilder rows_;
};

}  // namespace

base::Result<std::shared_ptr<const Connector>> table_connector(std::string_view table) {
  const auto* declaration = tables::find_declaration(table);
  if (!declaration) return fail(ErrorCode::not_found, "There is no hunting table '" + std::string(table) + "'.");
  auto mapping =
      TRY(Connector::load("table " + declaration->name, [&](std::string_view file) -> std::optional<std::string> {
        if (file == "connector.toml") return "vendor = \"\"\nprovider = \"\"\n";
        if (file == "events.kql") return events_of(*declaration);
        return std::nullopt;
      }));
  return std::shared_ptr<const Connector>(std::make_shared<TableConnector>(std::move(mapping), *declaration));
}

}  // namespace vedette::ingest
