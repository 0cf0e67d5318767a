// `vedette hunt`: KQL over a data folder.
#include <fmt/format.h>

#include <iostream>
#include <iterator>

#include "commands.h"
#include "hunt_batch.h"
#include "hunt_options.h"
#include "result_format.h"
#include "vedette/kql/plan/bind.h"
#include "vedette/kql/syntax/parse.h"

namespace vedette::server {
namespace {

int report(const base::Error& error) {
  const std::string place = error.span ? fmt::format("line {}, column {}: ", error.span->line, error.span->column) : "";
  std::cerr << fmt::format("vedette: {}: {}{}\n", batch_code(error.code), place, error.message);
  return 1;
}

base::Status explain_query(const HuntOptions& options, const kql::Catalog& tables) {
  const auto parsed = TRY(kql::parse_or_error(options.query));
  const auto engine = engine_options(options);
  std::cout << explain(TRY(kql::bind(parsed, tables, {engine.now, engine.optimizer})));
  return {};
}

base::Status run_query(const HuntOptions& options) {
  const auto tables = TRY(open_tables(options));
  if (options.explain) return explain_query(options, *tables);
  auto engine = engine_options(options);
  if (options.analyze) engine.analyze = kql::Analyze::on;
  const auto execution = TRY(kql::run(options.query, *tables, engine));
  if (options.analyze) {
    while (TRY(execution->next())) continue;
    std::cout << execution->analysis();
    return {};
  }
  const auto format = ResultFormat::make(options.format);
  format->begin(execution->schema());
  while (const auto batch = TRY(execution->next())) format->add(*batch);
  format->end();
  return {};
}

int run_hunt(HuntOptions& options, const std::vector<std::string>& arguments) {
  if (options.batch_worker) return run_batch_worker(options);
  if (options.batch) return run_batch(options, arguments);
  if (options.query.empty()) options.query.assign(std::istreambuf_iterator<char>(std::cin), {});
  const auto done = run_query(options);
  return done ? 0 : report(done.error());
}

void add_options(CLI::App& command, HuntOptions& options) {
  command.add_option("QUERY", options.query, "The query; read from standard input when it is not given");
  command.add_option("--data", options.data, "Data folder; without one the hunting tables are empty");
  command.add_option("--tenant", options.tenant, "Tenant of the data folder, its id or name, when there are several");
  command.add_option("--server", options.server, "Ask a server instead of a data folder");
  command.add_option("--file", options.files, "A file as a table: [NAME=]PATH; may be repeated")
      ->allow_extra_args(false);
  command.add_option("--format", options.format, "How rows are printed")
      ->check(CLI::IsMember({"table", "json", "csv"}))
      ->capture_default_str();
  command.add_option_function<std::string>(
      "--now",
      [&options](const std::string& text) {
        options.now = base::parse_iso_date_time(text);
        if (!options.now) throw CLI::ValidationError("--now", "'" + text + "' is no ISO 8601 date and time");
      },
      "The time that now() and ago() see");
  command.add_flag("--explain", options.explain, "Print the plan instead of running it");
  command.add_flag("--analyze", options.analyze, "Run the query and print the plan with what it cost");
  command.add_flag("--batch", options.batch, "Answer lines of {\"id\":…,\"query\":…} on standard input");
  command.add_flag("--batch-worker", options.batch_worker)->group("");
  command.add_option("--timeout", options.timeout_seconds, "Seconds a query may take")
      ->check(CLI::Range(1, 86'400))
      ->capture_default_str();
  command.add_option("--batch-rows", options.batch_rows, "Rows the engine works on at a time")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command.add_option("--threads", options.threads, "Threads a query may use")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  command.add_flag("!--no-optimizer", options.optimize, "Run the plan as it is written");
  command.add_flag("--force-spill", options.force_spill, "Let operators that can use the disk do so; none can yet");
}

}  // namespace

void add_hunt_command(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand("hunt", "Run KQL over a data folder");
  const auto options = std::make_shared<HuntOptions>();
  add_options(*command, *options);
  command->callback([options, &invocation] { invocation.exit_status = run_hunt(*options, invocation.arguments); });
}

}  // namespace vedette::server
