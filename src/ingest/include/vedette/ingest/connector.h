// A connector: a folder of data that says what a provider's records mean (connectors/README.md).
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/base/time.h"
#include "vedette/columnar/vector.h"
#include "vedette/ingest/alert.h"
#include "vedette/ingest/connector_config.h"
#include "vedette/ingest/record.h"
#include "vedette/ingest/row_builder.h"
#include "vedette/io/file_system.h"
#include "vedette/json/value.h"
#include "vedette/tables/event_store.h"

namespace vedette::ingest {

// What a batch of records became. Each record is in exactly one of mapped, unmapped and quarantined (counted in the
// records of the input: a group counts as many as it joins).
struct MappedRecords {
  std::vector<tables::TableRows> rows;  // with the tables' declared columns; UnmappedEvents among them
  std::vector<json::Object> alerts;     // in their one form
  std::vector<json::Object> incidents = {};
  std::vector<json::Object> indicators = {};
  std::vector<QuarantinedRecord> quarantined;
  uint64_t mapped = 0;
  uint64_t unmapped = 0;
};

// The files of a connector by name: "connector.toml", "events.kql", "alerts.kql", "incidents.kql",
// "indicators.kql", and those of another one as "../NAME/alerts.kql". nullopt: there is none.
using ConnectorFiles = std::function<std::optional<std::string>(std::string_view file)>;

// Immutable; safe from any thread.
class Connector {
 public:
  // Binds the connector's queries. Errors name the file, and have the span within it.
  static base::Result<std::shared_ptr<const Connector>> load(std::string name, const ConnectorFiles& files);
  virtual ~Connector() = default;

  virtual const ConnectorConfig& config() const = 0;
  virtual std::vector<std::string> tables() const = 0;  // that its events feed
  virtual bool gives_alerts() const = 0;
  // The same without events.kql: records that are no alerts, incidents or indicators are unmapped. Null for rows.
  virtual std::shared_ptr<const Connector> without_events() const { return nullptr; }
  // The columns that members of the records are (table_connector), null for others.
  virtual const columnar::Schema* member_columns() const { return nullptr; }
  // For records that are rows already (table_connector), a way around map(); null for others.
  virtual std::unique_ptr<RowBuilder> row_builder() const { return nullptr; }
  // A record that makes its query fail, or whose alert is too large or too deep to be stored, is quarantined alone.
  virtual MappedRecords map(const RecordBatch& records, const AlertOrigin& origin) const = 0;
};

// The names of the connectors in the program, sorted.
std::vector<std::string> embedded_connector_names();
base::Result<ConnectorConfig> embedded_connector_config(std::string_view name);
// A file of a connector in the program; nullopt when it has none of that name.
std::optional<std::string> embedded_connector_file(std::string_view connector, std::string_view file);
// Loaded at its first use. not_found when there is none of that name.
base::Result<std::shared_ptr<const Connector>> embedded_connector(std::string_view name);
base::Result<std::shared_ptr<const Connector>> load_connector(io::FileSystem& files, const std::string& folder);

// Rows that already have a hunting table's columns, by name and with conversion. A value that its column's type cannot
// hold makes the record an unmapped one.
base::Result<std::shared_ptr<const Connector>> table_connector(std::string_view table);

// The connector whose rules claim most of the input's first records, of those in the program and `more`. not_found when
// nobody claims it, conflict when two claim the same.
base::Result<std::shared_ptr<const Connector>> detect_connector(
    const Input& input, const ReadLimits& limits, std::span<const std::shared_ptr<const Connector>> more = {});

}  // namespace vedette::ingest
