// `vedette ingest`: files → hunting rows and alerts of a tenant in a data folder.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <iostream>
#include <mutex>
#include <thread>

#include "commands.h"
#include "data_folder.h"
#include "entities.h"
#include "ingest_progress.h"
#include "ingest_report.h"
#include "vedette/base/clock.h"
#include "vedette/base/contained.h"
#include "vedette/correlate/correlator.h"
#include "vedette/federation/connector_library.h"
#include "vedette/ingest/connector.h"
#include "vedette/ingest/pipeline.h"
#include "vedette/resources/alerts/alert_sink.h"
#include "vedette/tables/event_store.h"

namespace vedette::server {

using base::ErrorCode;
using base::fail;
using ConnectorPointer = std::shared_ptr<const ingest::Connector>;

namespace {

struct IngestCommand {
  std::string connector, table;  // empty: found out for each file
  std::string data = "./vedette-data";
  std::string tenant, server;
  std::string format = "text";
  bool strict = false;
  std::vector<std::string> files;
};

// What the command line names; null when each file tells by itself.
base::Result<ConnectorPointer> named_connector(const IngestCommand& command) {
  if (!command.table.empty()) return ingest::table_connector(command.table);
  if (command.connector.empty()) return ConnectorPointer();
  if (command.connector.find('/') != std::string::npos)
    return ingest::load_connector(io::posix_file_system(), command.connector);
  return federation::ConnectorLibrary(command.data).load_mapping(command.connector);
}

// Where one run of the command writes. The entities are opened when the first alert may come.
class Destination {
 public:
  static base::Result<std::unique_ptr<Destination>> open(const IngestCommand& command) {
    auto to = std::make_unique<Destination>();
    to->data_ = command.data;
    to->tenant = TRY(tenant_to_write(command.data, command.tenant));
    if (command.connector.empty() && command.table.empty())
      to->own_connectors = TRY(federation::ConnectorLibrary(command.data).load_own_mappings());
    to->events = TRY(tables::EventStore::open(io::posix_file_system(), events_folder(command.data, to->tenant),
                                              tables::Access::read_write));
    return to;
  }

  // Files of alerts come one after another: what a later one says of an alert is merged into it.
  std::unique_lock<std::mutex> turn_of(const ingest::Connector& connector) {
    return connector.gives_alerts() ? std::unique_lock(alerts_turn_) : std::unique_lock<std::mutex>();
  }
  // For one that gives alerts in its turn.
  base::Result<std::unique_ptr<ingest::IngestSink>> sink_of(const ingest::Connector& connector) {
    if (connector.gives_alerts()) {
      if (!entities_) entities_ = TRY(open_entities(data_, clock));
      alerts_ = resources::make_alert_sink(*entities_, tenant, connector.config().name);
    }
    return ingest::make_sink(*events, connector.gives_alerts() ? alerts_.get() : nullptr, io::posix_file_system(),
                             tenant_folder(data_, tenant) + "/quarantine");
  }

  // What a server would do next: segments of a good size, and alerts in their incidents.
  base::Status finish() {
    TRY(events->merge_small_segments());
    if (!entities_) return {};
    const auto correlator = TRY(correlate::Correlator::create(*entities_, tenant, clock));
    TRY(correlator->run());
    return {};
  }

  const base::SystemClock clock;
  std::string tenant;
  std::vector<std::shared_ptr<const ingest::Connector>> own_connectors;  // of the data folder
  std::unique_ptr<tables::EventStore> events;
  const std::shared_ptr<ingest::InputClaims> claims = std::make_shared<ingest::InputClaims>();

 private:
  std::mutex alerts_turn_;  // of what follows
  std::string data_;
  std::unique_ptr<store::EntityStore> entities_;
  std::unique_ptr<ingest::AlertSink> alerts_;
};

// Each has a unit that is read and one that is stored on its way: together they take what one file would alone.
size_t files_at_once(const IngestCommand& command) {
  constexpr size_t at_once_max = 4;
  const size_t processors = std::max(std::thread::hardware_concurrency(), 1U);  // 0: not known
  return std::min({command.files.size(), processors, at_once_max});
}

base::Status ingest_file(const IngestCommand& command, ConnectorPointer connector, Destination& to,
                         IngestProgress& progress, IngestedFile& file) {
  const auto input = TRY(ingest::open_input(io::posix_file_system(), file.file));
  if (!connector) connector = TRY(ingest::detect_connector(input, {}, to.own_connectors));
  file.connector = connector->config().name;
  ingest::IngestOptions options;
  options.tenant_id = to.tenant;
  options.unknown_members = command.strict ? ingest::UnknownMembers::refuse : ingest::UnknownMembers::drop;
  if (!connector->gives_alerts()) options.unit_bytes /= files_at_once(command);
  options.claims = to.claims;
  IngestProgress::File shown(progress, file.file);
  options.on_progress = [&](const ingest::IngestSummary& summary) { shown.show(summary); };
  const auto turn = to.turn_of(*connector);
  const auto sink = TRY(to.sink_of(*connector));
  ingest::Pipeline pipeline(*sink, to.clock, std::move(options));
  file.summary = TRY(pipeline.ingest(*connector, shown.watch(input)));
  return {};
}

// As many files side by side as there are processors. One that is refused does not keep the others out.
void ingest_all(const IngestCommand& command, const ConnectorPointer& connector, Destination& to,
                std::vector<IngestedFile>& files) {
  IngestProgress progress(command.files);
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    for (size_t i = next++; i < files.size(); i = next++) {
      const auto done = base::contained([&] { return ingest_file(command, connector, to, progress, files[i]); },
                                        "The file could not be read.");
      if (!done) files[i].error = done.error();
    }
  };
  std::vector<std::jthread> others;
  for (size_t i = 1; i < files_at_once(command); ++i) others.emplace_back(work);
  work();
}

base::Result<IngestReport> ingest_files(const IngestCommand& command) {
  if (!command.server.empty()) return fail(ErrorCode::not_supported, "ingest --server is not supported yet.");
  const auto begun = std::chrono::steady_clock::now();
  const auto connector = TRY(named_connector(command));
  auto to = TRY(Destination::open(command));
  IngestReport report{.tenant = to->tenant, .files = {}, .elapsed_ms = 0};
  for (const std::string& name : command.files) report.files.emplace_back().file = name;
  ingest_all(command, connector, *to, report.files);
  TRY(to->finish());
  const auto elapsed = std::chrono::steady_clock::now() - begun;
  report.elapsed_ms = std::chrono::duration_cast<std::chrono::milliseconds>(elapsed).count();
  return report;
}

int run_ingest(const IngestCommand& command) {
  const auto report = ingest_files(command);
  if (!report) {
    std::cerr << "vedette: " << error_text(report.error()) << "\n";
    return 1;
  }
  for (const auto& file : report->files)
    if (file.error && command.format == "json")
      std::cerr << "vedette: " << file.file << ": " << error_text(*file.error) << "\n";
  std::cout << (command.format == "json" ? as_json(*report) : as_text(*report)) << std::flush;
  return std::any_of(report->files.begin(), report->files.end(), [](const auto& file) { return file.error; }) ? 1 : 0;
}

void add_options(Command command, IngestCommand& options) {
  const Option connector =
      command.option("--connector", options.connector,
                     "The connector that reads the files: its name, or its folder's path (with a '/')");
  const Option table = command.option("--table", options.table, "The files are rows of this hunting table");
  connector.excludes(table);
  command.option("--data", options.data, "Data folder").with_default();
  command.option("--tenant", options.tenant, "Tenant that the data belongs to, its id or name, when there are several");
  command.option("--server", options.server, "Send to a server instead of writing a data folder");
  command.flag("--strict", options.strict, "Refuse rows with members that are no columns of the table").needs(table);
  command.option("--format", options.format, "How the summary is printed").one_of({"text", "json"}).with_default();
  command.option("FILE", options.files, "NDJSON, JSON, CSV, Zeek TSV or text, plain, .gz, .zst, .zip or .tar.gz")
      .required();
}

}  // namespace

void add_ingest_command(Command root) {
  const Command command = root.command("ingest", "Load telemetry or alerts into a data folder");
  const auto options = std::make_shared<IngestCommand>();
  add_options(command, *options);
  command.examples(
      "  vedette ingest --data vedette-data sysmon.ndjson.gz conn.log\n"
      "  vedette ingest --connector suricata eve.json\n"
      "  vedette ingest --table DeviceProcessEvents rows.ndjson");
  command.action([options] { return run_ingest(*options); });
}

}  // namespace vedette::server
