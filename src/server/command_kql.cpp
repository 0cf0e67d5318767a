// `vedette kql check`: what is wrong with a query, and the columns of its result, without running it.
//
// Prints {"ok":…, "schema":[{"name":…,"type":…}], "diagnostics":[{"severity":…, "code":…, "message":…, "line":…,
// "column":…, "begin":…, "end":…, "text":…, "expected":[…], "suggestion":…}]}; begin and end are bytes of the query.
#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>

#include "commands.h"
#include "hunt_options.h"
#include "query_answer.h"
#include "vedette/json/text.h"
#include "vedette/kql/plan/bind.h"
#include "vedette/kql/syntax/parse.h"

namespace vedette::server {
namespace {

void append_text(std::string& out, std::string_view name, std::string_view text) {
  out.append(",\"").append(name).append("\":");
  json::append_string(out, text);
}

void append_number(std::string& out, std::string_view name, uint64_t number) {
  out.append(",\"").append(name).append("\":").append(std::to_string(number));
}

// An error with its place; the members after it are the caller's.
void append_error(std::string& out, std::string_view severity, const base::Error& error, std::string_view query) {
  out += out.ends_with('[') ? "{\"severity\":" : ",{\"severity\":";
  json::append_string(out, severity);
  append_text(out, "code", batch_code(error.code));
  append_text(out, "message", error.message);
  if (!error.span) return;
  append_number(out, "line", error.span->line);
  append_number(out, "column", error.span->column);
  append_number(out, "begin", error.span->begin);
  append_number(out, "end", error.span->end);
  const size_t begin = std::min<size_t>(error.span->begin, query.size());
  append_text(out, "text", query.substr(begin, std::min<size_t>(error.span->end - error.span->begin, 64)));
}

void append_diagnostic(std::string& out, const kql::Diagnostic& diagnostic, std::string_view query) {
  append_error(out, "error", diagnostic.error, query);
  out += ",\"expected\":[";
  for (size_t i = 0; i < diagnostic.expected.size(); ++i) {
    if (i > 0) out += ',';
    json::append_string(out, diagnostic.expected[i]);
  }
  out += ']';
  append_text(out, "suggestion", diagnostic.suggestion);
  out += '}';
}

struct Checked {
  bool ok = false;
  std::string answer;
};

Checked check(const std::string& query, const HuntOptions& options, const kql::Catalog& tables) {
  std::string schema = "\"schema\":null", diagnostics = "[";
  const kql::ParseResult parsed = kql::parse(query);
  for (const kql::Diagnostic& diagnostic : parsed.diagnostics) append_diagnostic(diagnostics, diagnostic, query);
  bool ok = parsed.ok();
  if (ok) {
    const auto engine = engine_options(options);
    const auto bound = kql::bind(parsed.query, tables, {engine.now, engine.optimizer});
    ok = bound.has_value();
    if (!bound) {
      for (const base::Error& error : kql::bind_errors(parsed.query, tables, {engine.now, engine.optimizer})) {
        append_error(diagnostics, "error", error, query);
        diagnostics += '}';
      }
    } else {
      schema.clear();
      append_schema(schema, bound->root->output);
      for (const base::Error& warning : bound->warnings) {
        append_error(diagnostics, "warning", warning, query);
        diagnostics += '}';
      }
    }
  }
  const char* const said = ok ? "true" : "false";
  return {ok, std::string("{\"ok\":") + said + "," + schema + ",\"diagnostics\":" + diagnostics + "]}"};
}

// 0 the query is right, 1 it is not, 2 it could not be read.
int run_check(const HuntOptions& options, const std::string& file) {
  std::string query;
  if (file.empty()) {
    query.assign(std::istreambuf_iterator<char>(std::cin), {});
  } else {
    std::ifstream in(file, std::ios::binary);
    if (!in) {
      std::cerr << "vedette: '" << file << "' cannot be read.\n";
      return 2;
    }
    query.assign(std::istreambuf_iterator<char>(in), {});
  }
  const auto tables = open_tables(options);
  if (!tables) {
    std::cerr << "vedette: " << tables.error().message << '\n';
    return 2;
  }
  const Checked checked = check(query, options, **tables);
  std::cout << checked.answer << '\n';
  return checked.ok ? 0 : 1;
}

}  // namespace

void add_kql_command(Command root) {
  const Command group = root.group("kql", "Work on KQL without running it");
  const Command command = group.command("check", "Print a query's diagnostics and result schema as JSON");
  const auto options = std::make_shared<HuntOptions>();
  const auto file = std::make_shared<std::string>();
  command.option("FILE", *file, "The query; read from standard input when it is not given");
  command.option("--data", options->data, "Data folder whose tables the query may name");
  command.option("--tenant", options->tenant, "Tenant of the data folder, when it has several");
  command.examples("  vedette kql check query.kql");
  command.action([options, file] { return run_check(*options, *file); });
}

}  // namespace vedette::server
