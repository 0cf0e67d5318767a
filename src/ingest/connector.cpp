#include "vedette/ingest/connector.h"

#include <algorithm>
#include <map>
#include <mutex>

#include "connector_query.h"
#include "object_rows.h"
#include "source_batch.h"
#include "vedette/base/embedded.h"
#include "vedette/ingest/incident.h"
#include "vedette/ingest/indicator.h"
#include "vedette/tables/declaration.h"

namespace vedette::ingest {

using base::ErrorCode;
using base::fail;
using columnar::Batch;

std::span<const base::EmbeddedFile> embedded_connectors();

namespace {

constexpr std::string_view unmapped_table = "UnmappedEvents";

// A statement and where its columns stand among the table's.
struct TableStatement {
  ConnectorStatement statement;
  const tables::TableDeclaration* table = nullptr;
  std::vector<std::optional<size_t>> positions;  // of each declared column in the statement's output
};

TableStatement table_statement(const ConnectorStatement& statement) {
  TableStatement prepared{statement, tables::find_declaration(statement.table), {}};
  const auto output = statement.output();
  for (const auto& column : prepared.table->schema)
    prepared.positions.push_back(columnar::find_column(output, column.name));
  return prepared;
}

Batch declared_columns(const TableStatement& statement, const Batch& rows) {
  Batch batch{.columns = {}, .rows = rows.rows};
  for (size_t i = 0; i < statement.positions.size(); ++i)
    batch.columns.push_back(statement.positions[i] ? rows.columns[*statement.positions[i]]
                                                   : constant_null(statement.table->schema[i].type, rows.rows));
  return batch;
}

struct ConnectorQueries {
  std::optional<ConnectorQuery> events, alerts, incidents, indicators;
};

class LoadedConnector final : public Connector {
 public:
  LoadedConnector(ConnectorConfig config, ConnectorQueries queries)
      : config_(std::move(config)), queries_(std::move(queries)) {
    if (!queries_.events) return;
    for (const auto& statement : queries_.events->statements())
      (statement.table == unmapped_table ? unmapped_ : mapped_).push_back(table_statement(statement));
  }

  const ConnectorConfig& config() const override { return config_; }
  bool gives_alerts() const override { return queries_.alerts || queries_.incidents || queries_.indicators; }
  std::shared_ptr<const Connector> without_events() const override {
    ConnectorQueries queries = queries_;
    queries.events.reset();
    return std::make_shared<LoadedConnector>(config_, std::move(queries));
  }
  std::vector<std::string> tables() const override {
    std::vector<std::string> names;
    for (const auto& statement : mapped_)
      if (std::find(names.begin(), names.end(), statement.table->name) == names.end())
        names.push_back(statement.table->name);
    return names;
  }

  MappedRecords map(const RecordBatch& records, const AlertOrigin& origin) const override {
    MappedRecords mapped;
    for (const auto& bad : records.quarantined) mapped.quarantined.push_back(bad);
    map_some({records, origin}, records.records, mapped);
    return mapped;
  }

 private:
  using Rows = std::map<std::string, std::vector<Batch>>;

  struct Outcome {
    Rows rows;
    std::vector<json::Object> alerts, incidents, indicators;
    std::vector<bool> taken;
  };

  struct Source {
    const RecordBatch& batch;
    const AlertOrigin& origin;
  };

  // What makes a query fail is found by halving.
  void map_some(const Source& source, std::span<const Record> records, MappedRecords& out) const {
    if (records.empty()) return;
    auto outcome = run(source, records);
    if (outcome) return keep(records, std::move(*outcome), out);
    if (records.size() == 1) {
      const auto& record = records.front();
      out.quarantined.push_back({outcome.error().message,
                                 std::string(record.text.substr(0, ReadLimits::quarantine_text_bytes_max)),
                                 std::string(record.file), record.ordinal, 0, 0, record.parts});
      return;
    }
    map_some(source, records.first(records.size() / 2), out);
    map_some(source, records.subspan(records.size() / 2), out);
  }

  static void keep(std::span<const Record> records, Outcome outcome, MappedRecords& out) {
    for (auto& [table, batches] : outcome.rows) {
      const auto known =
          std::find_if(out.rows.begin(), out.rows.end(), [&name = table](auto& rows) { return rows.table == name; });
      auto& rows = known == out.rows.end() ? out.rows.emplace_back(tables::TableRows{table, {}}) : *known;
      std::move(batches.begin(), batches.end(), std::back_inserter(rows.batches));
    }
    std::move(outcome.alerts.begin(), outcome.alerts.end(), std::back_inserter(out.alerts));
    std::move(outcome.incidents.begin(), outcome.incidents.end(), std::back_inserter(out.incidents));
    std::move(outcome.indicators.begin(), outcome.indicators.end(), std::back_inserter(out.indicators));
    for (size_t i = 0; i < records.size(); ++i) (outcome.taken[i] ? out.mapped : out.unmapped) += records[i].parts;
  }

  base::Result<Outcome> run(const Source& source, std::span<const Record> records) const {
    Outcome outcome;
    outcome.taken.resize(records.size());
    const Batch table = source_batch(source.batch.arena, records);
    if (queries_.alerts)
      outcome.alerts = TRY(
          read_objects(*queries_.alerts, table, {"providerAlertId", normalize_alert}, source.origin, outcome.taken));
    mark_alerts(outcome.alerts);
    if (queries_.incidents)
      outcome.incidents = TRY(read_objects(*queries_.incidents, table, {"providerIncidentId", normalize_incident},
                                           source.origin, outcome.taken));
    if (queries_.indicators)
      outcome.indicators = TRY(
          read_objects(*queries_.indicators, table, {"externalId", normalize_indicator}, source.origin, outcome.taken));
    if (queries_.events) {
      ConnectorQuery::Rows rows(*queries_.events, table);
      const std::vector<bool> wanted = not_taken(outcome.taken);
      for (const auto& statement : mapped_) TRY(add_rows(statement, rows, wanted, outcome, outcome.taken));
      std::vector<bool> explained = outcome.taken;
      for (const auto& statement : unmapped_)
        TRY(add_rows(statement, rows, not_taken(outcome.taken), outcome, explained));
      add_unexplained(records, explained, outcome.rows);
    } else {
      add_unexplained(records, outcome.taken, outcome.rows);
    }
    return outcome;
  }

  void mark_alerts(std::vector<json::Object>& alerts) const {
    for (auto& alert : alerts) {
      if (config_.group) alert[part_member] = true;
      const auto* additional = queries_.incidents ? alert.if_contains("additionalData") : nullptr;
      const std::string incident(additional ? json::find_string(*additional, "incidentId") : "");
      if (!incident.empty()) alert[incident_member] = incident;
    }
  }

  static std::vector<bool> not_taken(std::vector<bool> taken) {
    taken.flip();
    return taken;
  }

  static base::Status add_rows(const TableStatement& statement, ConnectorQuery::Rows& rows,
                               const std::vector<bool>& wanted, Outcome& outcome, std::vector<bool>& taken) {
    for (const auto& batch : TRY(rows.run(statement.statement, wanted))) {
      const auto record = batch.columns.back().view<int64_t>();
      for (size_t row = 0; row < batch.rows; ++row) taken[static_cast<size_t>(record[row])] = true;
      outcome.rows[statement.table->name].push_back(declared_columns(statement, batch));
    }
    return {};
  }

  // What no statement speaks of, not even the one for UnmappedEvents, is kept there all the same.
  void add_unexplained(std::span<const Record> records, const std::vector<bool>& explained, Rows& rows) const {
    std::vector<const Record*> left;
    for (size_t i = 0; i < records.size(); ++i)
      if (!explained[i]) left.push_back(&records[i]);
    if (!left.empty()) rows[std::string(unmapped_table)].push_back(unmapped_batch(left, config_.provider));
  }

  ConnectorConfig config_;
  ConnectorQueries queries_;
  std::vector<TableStatement> mapped_, unmapped_;
};

base::Result<std::optional<ConnectorQuery>> bind_file(const ConnectorFiles& files, const ConnectorConfig& config,
                                                      std::string_view file, StatementTarget target) {
  auto text = files(file);
  if (!text && !config.mapping.empty()) text = files("../" + config.mapping + "/" + std::string(file));
  if (!text) return std::optional<ConnectorQuery>{};
  auto query = ConnectorQuery::bind(*text, target);
  if (query) return std::optional<ConnectorQuery>(std::move(*query));
  base::Error error = std::move(query).error();
  const std::string line = error.span ? ":" + std::to_string(error.span->line) : "";
  error.message = std::string(file) + line + ": " + error.message;
  return error;
}

// A file of one statement, each of whose rows is an object.
base::Result<std::optional<ConnectorQuery>> bind_objects(const ConnectorFiles& files, const ConnectorConfig& config,
                                                         const std::string& file,
                                                         base::Status (*check)(const columnar::Schema&)) {
  auto query = TRY(bind_file(files, config, file, StatementTarget::none));
  if (!query) return query;
  if (query->statements().size() != 1)
    return fail(ErrorCode::bad_request, file + ": there is one tabular statement, after the lets.");
  if (auto checked = check(query->statements().front().output()); !checked)
    return fail(checked.error().code, file + ": " + checked.error().message);
  return query;
}

std::optional<std::string> embedded_file(std::string_view connector, std::string_view file) {
  constexpr std::string_view beside = "../";  // a file of another connector
  const std::string path = file.starts_with(beside) ? std::string(file.substr(beside.size()))
                                                    : std::string(connector) + "/" + std::string(file);
  for (const auto& embedded : embedded_connectors())
    if (embedded.path == path) return std::string(embedded.bytes);
  return std::nullopt;
}

}  // namespace

base::Result<std::shared_ptr<const Connector>> Connector::load(std::string name, const ConnectorFiles& files) {
  const auto toml = files("connector.toml");
  if (!toml) return fail(ErrorCode::not_found, "The connector '" + name + "' has no connector.toml.");
  auto config = TRY(parse_connector_config(name, *toml));
  ConnectorQueries queries;
  queries.alerts = TRY(bind_objects(files, config, "alerts.kql", check_alert_columns));
  queries.incidents = TRY(bind_objects(files, config, "incidents.kql", check_incident_columns));
  queries.indicators = TRY(bind_objects(files, config, "indicators.kql", check_indicator_columns));
  queries.events = TRY(bind_file(files, config, "events.kql", StatementTarget::table));
  if (!queries.alerts && !queries.incidents && !queries.indicators && !queries.events && !files("actions.kql"))
    return fail(ErrorCode::bad_request, "The connector '" + name +
                                            "' has none of events.kql, alerts.kql, incidents.kql, indicators.kql and "
                                            "actions.kql.");
  return std::shared_ptr<const Connector>(std::make_shared<LoadedConnector>(std::move(config), std::move(queries)));
}

std::optional<std::string> embedded_connector_file(std::string_view connector, std::string_view file) {
  return embedded_file(connector, file);
}

std::vector<std::string> embedded_connector_names() {
  constexpr std::string_view config_file = "/connector.toml";
  std::vector<std::string> names;
  for (const auto& file : embedded_connectors())
    if (file.path.ends_with(config_file))
      names.emplace_back(file.path.substr(0, file.path.size() - config_file.size()));
  return names;
}

base::Result<ConnectorConfig> embedded_connector_config(std::string_view name) {
  const auto toml = embedded_file(name, "connector.toml");
  if (!toml) return fail(ErrorCode::not_found, "There is no connector '" + std::string(name) + "'.");
  return parse_connector_config(std::string(name), *toml);
}

base::Result<std::shared_ptr<const Connector>> embedded_connector(std::string_view name) {
  static std::mutex mutex;
  static std::map<std::string, std::shared_ptr<const Connector>, std::less<>> loaded;
  const std::lock_guard lock(mutex);
  if (const auto known = loaded.find(name); known != loaded.end()) return known->second;
  if (!embedded_file(name, "connector.toml"))
    return fail(ErrorCode::not_found, "There is no connector '" + std::string(name) + "'.");
  auto connector =
      TRY(Connector::load(std::string(name), [&](std::string_view file) { return embedded_file(name, file); }));
  return loaded[std::string(name)] = std::move(connector);
}

base::Result<std::shared_ptr<const Connector>> load_connector(io::FileSystem& files, const std::string& folder) {
  const size_t slash = folder.find_last_not_of('/');
  const std::string path = folder.substr(0, slash + 1);
  const size_t name_at = path.rfind('/');
  return Connector::load(path.substr(name_at == std::string::npos ? 0 : name_at + 1),
                         [&](std::string_view file) -> std::optional<std::string> {
                           auto text = io::read_file(files, path + "/" + std::string(file));
                           return text ? std::optional(std::move(*text)) : std::nullopt;
                         });
}

}  // namespace vedette::ingest
