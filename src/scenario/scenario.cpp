#include "vedette/scenario/scenario.h"

#include <algorithm>
#include <map>
#include <span>

#include "vedette/base/embedded.h"
#include "vedette/json/value.h"

namespace vedette::scenario {

using base::ErrorCode;
using base::fail;

std::span<const base::EmbeddedFile> embedded_scenarios();  // cmake/embed.cmake

namespace {

constexpr std::string_view declaration_file = "scenario.json";
constexpr std::string_view table_folder = "tables/";

std::string_view scenario_of(const base::EmbeddedFile& file) { return file.path.substr(0, file.path.find('/')); }

base::Status read_declaration(Scenario& scenario, std::string_view text) {
  const json::Value value = TRY(json::parse(text));
  scenario.title = json::find_string(value, "title");
  scenario.description = json::find_string(value, "description");
  const auto begin = base::parse_iso_date_time(json::find_string(value, "begin"));
  const auto end = base::parse_iso_date_time(json::find_string(value, "end"));
  if (!begin || !end || *end < *begin)
    return fail(ErrorCode::corrupt_data, "Scenario '" + scenario.name + "' has no begin and end.");
  scenario.period = {*begin, *end};
  return {};
}

void add(std::map<std::string, uint64_t>& sums, const std::map<std::string, uint64_t>& more) {
  for (const auto& [name, count] : more) sums[name] += count;
}

void add(ingest::IngestSummary& sum, const ingest::IngestSummary& more) {
  sum.records += more.records;
  sum.mapped += more.mapped;
  sum.unmapped += more.unmapped;
  sum.quarantined += more.quarantined;
  sum.alerts += more.alerts;
  add(sum.dropped_members, more.dropped_members);
  add(sum.rows, more.rows);
  if (sum.first_problem.empty()) sum.first_problem = more.first_problem;
}

}  // namespace

std::vector<std::string> embedded_scenario_names() {
  std::vector<std::string> names;
  for (const auto& file : embedded_scenarios()) {  // sorted by path
    if (names.empty() || names.back() != scenario_of(file)) names.emplace_back(scenario_of(file));
  }
  return names;
}

base::Result<Scenario> embedded_scenario(std::string_view name) {
  Scenario scenario;
  scenario.name = name;
  for (const auto& file : embedded_scenarios()) {
    if (scenario_of(file) != name) continue;
    const std::string_view path = file.path.substr(name.size() + 1);
    if (path == declaration_file)
      TRY(read_declaration(scenario, file.bytes));
    else
      scenario.files.push_back({path, file.bytes});
  }
  if (scenario.files.empty()) return fail(ErrorCode::not_found, "There is no scenario '" + scenario.name + "'.");
  return scenario;
}

base::Result<std::shared_ptr<const ingest::Connector>> connector_of(const ScenarioFile& file) {
  if (!file.path.starts_with(table_folder)) return ingest::embedded_connector(file.path.substr(0, file.path.find('/')));
  const std::string_view name = file.path.substr(table_folder.size());
  return ingest::table_connector(name.substr(0, name.find('.')));
}

base::Result<ingest::IngestSummary> play(const Scenario& scenario, base::DateTime end, ingest::Pipeline& pipeline) {
  ingest::IngestSummary sum;
  for (const ScenarioFile& file : scenario.files) {
    const auto connector = TRY(connector_of(file));
    auto text = TRY(moved(file.bytes, scenario.period, end - scenario.period.end));
    const auto input = ingest::memory_input(std::string(file.path), std::move(text));
    add(sum, TRY(pipeline.ingest(*connector, input)));
  }
  return sum;
}

}  // namespace vedette::scenario
