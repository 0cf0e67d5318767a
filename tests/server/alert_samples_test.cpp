// Real records of every provider through the program: what `vedette ingest` says of each file is what the API shows
// then, in both of its forms. Prints where the records of each provider ended.
// Skips where there is no shared data: the folder that VEDETTE_SHARED names, else `shared` beside the source tree.
#include <gmock/gmock.h>

#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <set>

#include "running_server.h"

namespace {

namespace fs = std::filesystem;
using vedette::json::find;
using vedette::json::find_string;
using vedette::json::Value;

fs::path samples() {
  const char* shared = std::getenv("VEDETTE_SHARED");
  return (shared ? fs::path(shared) : fs::path(VEDETTE_SOURCE_DIR).parent_path() / "shared") / "data/alerts";
}

uint64_t number(const Value& object, const char* name) {
  const Value* value = find(object, name);
  return value && value->is_int64() ? static_cast<uint64_t>(value->get_int64()) : 0;
}

// What became of the records of one provider.
struct Outcomes {
  uint64_t records = 0, alerts = 0, rows = 0, incidents = 0, indicators = 0, quarantine = 0, unmapped = 0;

  void add(const Value& file) {
    records += number(file, "records");
    alerts += number(file, "alerts");
    incidents += number(file, "incidents");
    indicators += number(file, "indicators");
    quarantine += number(file, "quarantined");
    unmapped += number(file, "unmapped");
    for (const auto& table : find(file, "rows")->get_object())
      if (table.key() != "UnmappedEvents") rows += static_cast<uint64_t>(table.value().get_int64());
  }
};

void print(const std::map<std::string, Outcomes>& providers) {
  const auto line = [](const std::string& name, const auto&... counts) {
    std::cout << std::left << std::setw(42) << name << std::right;
    ((std::cout << std::setw(11) << counts), ...);
    std::cout << "\n";
  };
  line("provider", "records", "alerts", "rows", "incidents", "indicators", "quarantine", "unmapped");
  for (const auto& [name, sum] : providers)
    line(name, sum.records, sum.alerts, sum.rows, sum.incidents, sum.indicators, sum.quarantine, sum.unmapped);
}

class AlertSamples : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(samples())) GTEST_SKIP() << "There are no alerts at " << samples() << ".";
  }

  Value ingest() {
    std::vector<std::string> arguments{"ingest", "--data", data(), "--format", "json"};
    for (const auto& entry : fs::recursive_directory_iterator(samples()))
      if (entry.is_regular_file() && entry.path().filename() != "MANIFEST.json") arguments.push_back(entry.path());
    std::sort(arguments.begin() + 5, arguments.end());
    const auto done = run_program(arguments, folder_ / ".");
    EXPECT_EQ(done.status, 0) << done.err << done.out;
    return vedette::json::parse(done.out).value_or(Value());
  }

  uint64_t count(const std::string& query) {
    const auto answer = run_program({"hunt", "--data", data(), "--format", "csv", query + " | count"}, folder_ / ".");
    EXPECT_EQ(answer.status, 0) << answer.err;
    return std::stoull(answer.out.substr(std::min(answer.out.find('\n') + 1, answer.out.size())));
  }

  Credentials application() {
    std::vector<std::string> arguments{"app", "create", "--name", "soc", "--data", data()};
    for (const char* role : {"SecurityAlert.Read.All", "SecurityEvents.Read.All", "SecurityIncident.Read.All",
                             "ThreatIndicators.ReadWrite.OwnedBy"})
      arguments.insert(arguments.end(), {"--role", role});
    const auto made = run_program(arguments, folder_ / ".");
    EXPECT_EQ(made.status, 0) << made.err;
    return Credentials::from(made.out);
  }

  std::string data() const { return folder_ / "server/data"; }
  std::string server_folder() const { return folder_ / "server"; }

 private:
  TemporaryFolder folder_;
};

std::vector<Value> all(ApiClient& client, std::string path) {
  std::vector<Value> values;
  while (!path.empty()) {
    const Answer page = client.get(path);
    EXPECT_EQ(page.status, 200) << page.text;
    const Value* found = find(page.json, "value");
    if (!found) break;
    for (const auto& value : found->get_array()) values.push_back(value);
    path = find_string(page.json, "@odata.nextLink");
  }
  return values;
}

std::set<std::string> texts(const std::vector<Value>& values, const char* name) {
  std::set<std::string> found;
  for (const auto& value : values) found.emplace(find_string(value, name));
  return found;
}

TEST_F(AlertSamples, EndWhereTheApiShowsThem) {
  const Value report = ingest();
  std::map<std::string, Outcomes> providers;
  Outcomes sum;
  for (const auto& file : find(report, "files")->get_array()) {
    const std::string name(find_string(file, "file"));
    EXPECT_EQ(number(file, "records"), number(file, "mapped") + number(file, "unmapped") + number(file, "quarantined"));
    EXPECT_GT(number(file, "records"), 0u) << name;
    providers[fs::path(name).parent_path().filename().string()].add(file);
    sum.add(file);
  }
  providers["all"] = sum;
  print(providers);
  EXPECT_EQ(count("UnmappedEvents"), sum.unmapped);
  EXPECT_EQ(count("UnmappedEvents | where isempty(Reason)"), 0u);
  const Credentials credentials = application();
  const RunningServer server(server_folder());
  ApiClient client(server, credentials);
  const auto alerts = all(client, "/v1.0/security/alerts_v2?$top=500");
  const auto first_form = all(client, "/v1.0/security/alerts?$top=500");
  EXPECT_EQ(texts(alerts, "id"), texts(first_form, "id"));
  EXPECT_EQ(alerts.size(), sum.alerts) << "one for each id of a provider, across files too";
  std::set<std::string> incidents;
  for (const auto& incident : all(client, "/v1.0/security/incidents?$top=50"))
    if (find_string(incident, "status") != "redirected") incidents.emplace(find_string(incident, "id"));
  for (const auto& alert : alerts)
    EXPECT_TRUE(incidents.contains(std::string(find_string(alert, "incidentId")))) << alert;
  EXPECT_GE(incidents.size(), sum.incidents);
  EXPECT_EQ(all(client, "/beta/security/tiIndicators?$top=500").size(), sum.indicators);
}

}  // namespace
