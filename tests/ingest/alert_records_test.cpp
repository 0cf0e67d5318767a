// Real alerts of the providers whose alerts become ours: each has what an alert must have, and the entities that its
// record names as evidence of their types. Skips where there is no shared data (shared_data.h).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "file_tables.h"
#include "shared_data.h"
#include "test_connector.h"
#include "vedette/base/clock.h"
#include "vedette/ingest/pipeline.h"
#include "vedette/io/file_system.h"

namespace vedette::ingest {
namespace {

using ::testing::AnyOf;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAreArray;
using Kinds = std::vector<std::string>;

struct ProviderFile {
  const char* file;
  const char* connector;
  std::vector<Kinds> alerts;  // the kinds of evidence of each, without "Evidence"
};

std::vector<ProviderFile> provider_files() {
  return {
      {"suricata/eve.jsonl", "suricata", {{"ip", "ip", "url"}}},
      {"zeek/notice.jsonl", "zeek", {{"ip", "ip"}, {"ip", "ip"}}},
      {"wazuh/alerts.jsonl", "wazuh", {{"device", "ip", "user"}, {"device"}}},
      {"falco/alerts.jsonl",
       "falco",
       {{"device", "container", "process", "user", "file"}, {"device", "container", "process", "user"}}},
      {"aws_guardduty/findings.jsonl", "aws-guardduty", {{"amazonResource", "url"}, {"amazonResource", "ip", "user"}}},
      // The second comes in two lines, of two machine ids.
      {"microsoft_defender_endpoint/api_alerts.jsonl",
       "defender-endpoint",
       {{"device", "file"}, {"device", "device", "process", "user", "user"}}},
      {"microsoft_graph_security/alerts_v2.jsonl", "microsoft-graph", {{"device", "user", "url", "ip", "process"}}},
  };
}

std::string text(const json::Object& object, std::string_view name) {
  return std::string(json::find_string(object, name));
}

Kinds kinds_of(const json::Object& alert) {
  constexpr std::string_view prefix = "#microsoft.graph.security.", suffix = "Evidence";
  Kinds kinds;
  for (const auto& evidence : alert.at("evidence").as_array()) {
    const std::string type = text(evidence.as_object(), "@odata.type");
    EXPECT_TRUE(type.starts_with(prefix) && type.ends_with(suffix)) << type;
    kinds.push_back(type.substr(prefix.size(), type.size() - prefix.size() - suffix.size()));
  }
  return kinds;
}

void check_alert(const json::Object& alert) {
  for (const char* name :
       {"id", "providerAlertId", "title", "description", "category", "productName", "serviceSource", "detectionSource",
        "createdDateTime", "lastUpdateDateTime", "firstActivityDateTime", "lastActivityDateTime"})
    EXPECT_THAT(text(alert, name), Not(IsEmpty())) << name;
  EXPECT_THAT(text(alert, "severity"), AnyOf("informational", "low", "medium", "high"));
  EXPECT_THAT(text(alert, "status"), AnyOf("new", "inProgress", "resolved"));
}

TEST(AlertRecords, BecomeAlertsWithTypedEvidence) {
  const auto folder = shared_data("alerts");
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "There are no alerts at " << folder << ".";
  for (const auto& expected : provider_files()) {
    SCOPED_TRACE(expected.file);
    const auto input = open_input(io::posix_file_system(), (folder / expected.file).string());
    ASSERT_TRUE(input.has_value()) << input.error().message;
    const auto connector = detect_connector(*input, {});
    ASSERT_TRUE(connector.has_value()) << connector.error().message;
    EXPECT_EQ((*connector)->config().name, expected.connector);
    FileTables tables;
    const auto summary = Pipeline(tables, base::SystemClock(), {}).ingest(**connector, *input);
    ASSERT_TRUE(summary.has_value()) << summary.error().message;
    EXPECT_EQ(summary->quarantined, 0u) << summary->first_problem;
    ASSERT_EQ(tables.alerts.size(), expected.alerts.size());
    for (size_t i = 0; i < tables.alerts.size(); ++i) {
      check_alert(tables.alerts[i]);
      EXPECT_THAT(kinds_of(tables.alerts[i]), UnorderedElementsAreArray(expected.alerts[i])) << tables.alerts[i];
    }
  }
}

}  // namespace
}  // namespace vedette::ingest
