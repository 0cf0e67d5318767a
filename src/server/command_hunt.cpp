// `vedette hunt`: KQL over a data folder, files, or a server.
#include <fmt/format.h>

#include <iostream>
#include <iterator>

#include "commands.h"
#include "hunt_batch.h"
#include "hunt_options.h"
#include "remote_server.h"
#include "result_format.h"
#include "vedette/base/work_scope.h"
#include "vedette/kql/plan/bind.h"
#include "vedette/kql/syntax/parse.h"

namespace vedette::server {
namespace {

int report(const base::Error& error) {
  const std::string place = error.span ? fmt::format("line {}, column {}: ", error.span->line, error.span->column) : "";
  std::cerr << fmt::format("vedette: {}: {}{}\n", batch_code(error.code), place, error.message);
  return 1;
}

// Another server runs the query; here its answer becomes rows.
base::Status run_remotely(HuntOptions& options, std::shared_ptr<const kql::Catalog>& tables) {
  if (options.batch || options.explain || options.analyze || !options.data.empty() || !options.files.empty())
    return base::fail(base::ErrorCode::not_supported,
                      "hunt --server runs one query on the server: it takes no --batch, --explain, --analyze, --data "
                      "and --file.");
  auto answer = TRY(hunt_remotely({options.server, options.app_file, options.ca_file}, options.query));
  tables = std::move(answer.tables);
  options.query = std::move(answer.query);
  return {};
}

base::Status explain_query(const HuntOptions& options, const kql::Catalog& tables) {
  const auto parsed = TRY(kql::parse_or_error(options.query));
  const auto engine = engine_options(options);
  kql::BindOptions bind_options{engine.now, engine.optimizer};
  bind_options.external_data = engine.external_data.get();
  std::cout << explain(TRY(kql::bind(parsed, tables, bind_options)));
  return {};
}

base::Status run_query(HuntOptions options) {
  std::shared_ptr<const kql::Catalog> tables;
  if (options.server.empty())
    tables = TRY(open_tables(options));
  else
    TRY(run_remotely(options, tables));
  if (options.explain) return explain_query(options, *tables);
  auto engine = engine_options(options);
  if (options.analyze) engine.analyze = kql::Analyze::on;
  const auto execution = TRY(kql::run(options.query, *tables, engine));
  if (options.analyze) {
    while (TRY(execution->next())) continue;
    std::cout << execution->analysis();
    return {};
  }
  for (const base::Error& warning : execution->warnings())
    std::cerr << fmt::format("vedette: warning: {}\n", warning.message);
  const auto format = ResultFormat::make(options.format);
  const base::WorkScope writing(&engine.stop, nullptr);
  format->begin(execution->schema());
  while (const auto batch = TRY(execution->next())) TRY(format->add(*batch));
  format->end();
  return {};
}

int run_hunt(HuntOptions& options, const std::vector<std::string>& arguments) {
  if (options.batch_worker) return run_batch_worker(options);
  if (options.batch && options.server.empty()) return run_batch(options, arguments);
  if (options.query.empty()) options.query.assign(std::istreambuf_iterator<char>(std::cin), {});
  const auto done = run_query(options);
  return done ? 0 : report(done.error());
}

void add_options(Command command, HuntOptions& options) {
  command.option("QUERY", options.query, "The query; read from standard input when it is not given");
  command.option("--data", options.data, "Data folder; without one the hunting tables are empty");
  command.option("--tenant", options.tenant, "Tenant of the data folder, its id or name, when there are several");
  command.option("--server", options.server, "Ask the server at this URL instead of a data folder");
  command.option("--app", options.app_file,
                 "File with tenantId, clientId and clientSecret for --server, as demo.json; else VEDETTE_TENANT_ID, "
                 "VEDETTE_CLIENT_ID and VEDETTE_CLIENT_SECRET");
  command.option("--ca", options.ca_file, "PEM file of the authorities that --server's certificate may come from");
  command.option("--file", options.files, "A file as a table: [NAME=]PATH; may be repeated").one_value_each();
  command.option("--external-data", options.external_hosts, "A host that externaldata may read from; may be repeated")
      .one_value_each();
  command.option("--format", options.format, "How rows are printed").one_of({"table", "json", "csv"}).with_default();
  command.option(
      "--now",
      [&options](const std::string& text) -> base::Status {
        options.now = base::parse_iso_date_time(text);
        if (options.now) return {};
        return base::fail(base::ErrorCode::bad_request, "'" + text + "' is no ISO 8601 date and time");
      },
      "The time that now() and ago() see");
  command.flag("--explain", options.explain, "Print the plan instead of running it");
  command.flag("--analyze", options.analyze, "Run the query and print the plan with what it cost");
  command.flag("--batch", options.batch, "Answer lines of {\"id\":…,\"query\":…} on standard input");
  command.flag("--batch-worker", options.batch_worker, "").hidden();
  command.option("--timeout", options.timeout_seconds, "Seconds a query may take").between(1, 86'400).with_default();
  command.option("--batch-rows", options.batch_rows, "Rows the engine works on at a time")
      .between(1, 1'000'000)
      .with_default();
  command.option("--threads", options.threads, "Threads a query may use").between(1, 256).with_default();
  command.flag("!--no-optimizer", options.optimize, "Run the plan as it is written");
  command.flag("--force-spill", options.force_spill,
               "Accepted: no operator uses the disk; beyond its memory it refuses by name");
}

}  // namespace

void add_hunt_command(Command root, const std::vector<std::string>& arguments) {
  const Command command = root.command("hunt", "Run KQL over a data folder, files, or a server");
  const auto options = std::make_shared<HuntOptions>();
  add_options(command, *options);
  command.examples(
      "  vedette hunt --data vedette-data 'DeviceProcessEvents | summarize count() by FileName | top 10 by count_'\n"
      "  vedette hunt --data vedette-data --format csv <query.kql >rows.csv\n"
      "  vedette hunt --file eve.json 'eve | where event_type == \"alert\" | summarize count() by src_ip'\n"
      "  vedette hunt --server http://127.0.0.1:8080 --app vedette-data/demo.json 'AlertInfo | count'\n"
      "  vedette hunt --analyze --data vedette-data 'DeviceNetworkEvents | where RemotePort == 445'");
  command.action([options, arguments] { return run_hunt(*options, arguments); });
}

}  // namespace vedette::server
