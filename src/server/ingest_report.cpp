#include "ingest_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "vedette/json/value.h"

namespace vedette::server {

using ingest::IngestSummary;

namespace {

using Counts = std::map<std::string, uint64_t>;

IngestSummary total_of(const IngestReport& report) {
  IngestSummary total;
  for (const auto& file : report.files) {
    total.records += file.summary.records;
    total.mapped += file.summary.mapped;
    total.unmapped += file.summary.unmapped;
    total.quarantined += file.summary.quarantined;
    total.alerts += file.summary.alerts;
    total.incidents += file.summary.incidents;
    total.indicators += file.summary.indicators;
    for (const auto& [table, rows] : file.summary.rows) total.rows[table] += rows;
    for (const auto& [name, count] : file.summary.dropped_members) total.dropped_members[name] += count;
  }
  return total;
}

std::string counts_text(const Counts& counts) {
  std::string text;
  for (const auto& [name, count] : counts) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, count);
  return text;
}

std::string summary_text(const IngestSummary& summary) {
  std::string text = fmt::format("{} records: {} mapped, {} unmapped, {} quarantined", summary.records, summary.mapped,
                                 summary.unmapped, summary.quarantined);
  if (summary.alerts > 0) text += fmt::format("; {} alerts", summary.alerts);
  if (summary.incidents > 0) text += fmt::format("; {} incidents", summary.incidents);
  if (summary.indicators > 0) text += fmt::format("; {} indicators", summary.indicators);
  if (summary.stored_before) text += "; stored before";
  return text;
}

json::Object counts_json(const Counts& counts) {
  json::Object object;
  for (const auto& [name, count] : counts) object[name] = count;
  return object;
}

void add_summary(json::Object& object, const IngestSummary& summary) {
  object["records"] = summary.records;
  object["mapped"] = summary.mapped;
  object["unmapped"] = summary.unmapped;
  object["quarantined"] = summary.quarantined;
  object["alerts"] = summary.alerts;
  object["rows"] = counts_json(summary.rows);
  object["droppedMembers"] = counts_json(summary.dropped_members);
  object["incidents"] = summary.incidents;
  object["indicators"] = summary.indicators;
}

json::Object file_json(const IngestedFile& file) {
  json::Object object{{"file", file.file}, {"connector", file.connector}, {"ok", !file.error}};
  add_summary(object, file.summary);
  object["storedBefore"] = file.summary.stored_before;
  if (!file.summary.first_problem.empty()) object["firstProblem"] = file.summary.first_problem;
  if (file.error)
    object["error"] = json::Object{{"code", base::to_string(file.error->code)}, {"message", error_text(*file.error)}};
  return object;
}

bool is_ok(const IngestReport& report) {
  return std::none_of(report.files.begin(), report.files.end(), [](const auto& file) { return file.error; });
}

}  // namespace

std::string error_text(const base::Error& error) {
  std::string text = error.span ? fmt::format("line {}, column {}: ", error.span->line, error.span->column) : "";
  text += error.message;
  if (!error.cause.empty()) text += " (" + error.cause + ")";
  return text;
}

std::string as_text(const IngestReport& report) {
  std::string text;
  for (const auto& file : report.files) {
    if (file.error) {
      text += fmt::format("{}: {}\n", file.file, error_text(*file.error));
      if (file.summary.records == 0) continue;
    }
    text += fmt::format("{} ({}): {}\n", file.file, file.connector, summary_text(file.summary));
    if (!file.summary.first_problem.empty()) text += "  quarantined: " + file.summary.first_problem + "\n";
  }
  const IngestSummary total = total_of(report);
  text += fmt::format("total, tenant {}: {} in {:.1f} s\n", report.tenant, summary_text(total),
                      static_cast<double>(report.elapsed_ms) / 1000);
  if (!total.rows.empty()) text += "rows: " + counts_text(total.rows) + "\n";
  if (!total.dropped_members.empty()) text += "dropped, no columns: " + counts_text(total.dropped_members) + "\n";
  return text;
}

std::string as_json(const IngestReport& report) {
  json::Object object{{"tenantId", report.tenant}, {"ok", is_ok(report)}};
  add_summary(object, total_of(report));
  object["elapsedMs"] = report.elapsed_ms;
  json::Array files;
  for (const auto& file : report.files) files.emplace_back(file_json(file));
  object["files"] = std::move(files);
  return json::to_text(object) + "\n";
}

}  // namespace vedette::server
