// Real records of every provider whose form there are samples of: each ends as an alert with what an alert must have
// and with the entities that its record names as evidence of their types, as a hunting row, as an incident's
// attributes, or among what is unmapped. Skips where there is no shared data (shared_data.h).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "evidence_check.h"
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
using Rows = std::map<std::string, size_t>;

struct ProviderFile {
  const char* file;
  const char* connector;
  std::vector<Kinds> alerts;  // the kinds of evidence of each, without "Evidence"
  Rows rows = {};             // by table, UnmappedEvents among them
  size_t indicators = 0;
  size_t incidents = 0;
};

std::vector<ProviderFile> open_products() {
  return {
      {"suricata/eve.jsonl", "suricata", {{"ip", "ip", "url"}}, {{"DeviceNetworkEvents", 4}, {"DeviceFileEvents", 1}}},
      {"zeek/notice.jsonl", "zeek", {{"ip", "ip", "url"}, {"ip", "ip", "url"}}},
      {"wazuh/alerts.jsonl", "wazuh", {{"device", "ip", "user"}, {"device"}}},
      {"falco/alerts.jsonl",
       "falco",
       {{"device", "container", "process", "user", "file"}, {"device", "container", "process", "user"}}},
      {"elastic_security/alerts.jsonl", "elastic-security", {{"process", "process"}}},
      {"aws_guardduty/findings.jsonl",
       "aws-guardduty",
       {{"amazonResource", "amazonResource", "device", "ip", "url"}, {"amazonResource", "ip", "user"}}},
      {"crowdstrike/falcon_stream.jsonl",
       "crowdstrike",
       {{"device", "nic", "ip", "user", "process", "process", "process", "file", "file", "file"}},
       {{"DeviceNetworkEvents", 1}},
       0,
       1},
      {"ocsf/security_finding.jsonl", "ocsf", {{"amazonResource", "process", "malware"}}},
      {"cef/cef.log",
       "cef",
       {{"ip", "ip", "url"}, {"ip", "ip", "ip", "user", "user", "file", "file"}, {}, {"ip", "ip"}}},
  };
}

std::vector<ProviderFile> sources_of_intelligence() {
  return {
      {"misp/attributes.jsonl", "misp", {}, {{"UnmappedEvents", 1}}, 4},  // a registry key is no observable
      {"stix/indicator_bundle_2_1.json", "stix", {}, {}, 1},
      {"stix/sighting_bundle_2_0.json", "stix", {}, {{"UnmappedEvents", 3}}, 1},
  };
}

std::vector<ProviderFile> products_of_microsoft() {
  return {
      // The second comes in two lines, of two machine ids.
      {"microsoft_defender_endpoint/api_alerts.jsonl",
       "defender-endpoint",
       {{"device", "file"}, {"device", "device", "process", "user", "user"}}},
      {"microsoft_graph_security/alerts_v2.jsonl", "microsoft-graph", {{"device", "user", "url", "ip", "process"}}},
      // Its evidence was cut out where it was copied from.
      {"microsoft_defender_office365/graph_alert.jsonl", "microsoft-graph", {{}}},
      {"microsoft_defender_office365/advanced_hunting_email_stream.jsonl",
       "microsoft365",
       {},
       {{"EmailEvents", 1}, {"EmailAttachmentInfo", 1}, {"EmailUrlInfo", 1}}},
      {"entra_identity_protection/graph_riskDetection.jsonl", "entra-id-protection", {{"user", "ip"}}},
      {"entra_identity_protection/user_risk_events.jsonl", "entra-id-protection", {{"user", "ip"}, {"user", "ip"}}},
      {"microsoft_defender_cloud_apps/alerts.jsonl",
       "defender-for-cloud-apps",
       {{"cloudApplication", "file", "user", "user"}}},
      {"microsoft_defender_for_cloud/alert_export.jsonl",
       "defender-for-cloud",
       {{"ip", "ip", "containerImage", "device", "process", "process", "user", "user", "user", "dns", "file", "malware",
         "kubernetesNamespace", "kubernetesPod", "container", "blob", "networkConnection", "azureResource",
         "azureResource"}}},
      {"microsoft_sentinel/security_alert_entity.jsonl", "microsoft-sentinel", {{}}},
      {"microsoft_sentinel/incident.jsonl", "microsoft-sentinel", {}, {}, 0, 1},
      {"microsoft_purview_dlp/dlp_exchange.jsonl", "microsoft365", {{"analyzedMessage", "analyzedMessage", "user"}}},
      {"microsoft_purview_dlp/dlp_sharepoint.jsonl", "microsoft365", {{"file", "url", "user", "user"}}},
      {"microsoft_office365_security_compliance/alerts.jsonl", "microsoft365", {{"user"}}},
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

std::string bytes_of(const Input& input) {
  std::string bytes(input.bytes->size(), '\0');
  EXPECT_TRUE(input.bytes->read_into(0, bytes));
  return bytes;
}

Rows counts_of(const FileTables& tables) {
  Rows counts;
  for (const auto& [table, batches] : tables.batches())
    for (const auto& batch : batches) counts[table] += batch.rows;
  return counts;
}

void check_file(const std::filesystem::path& folder, const ProviderFile& expected) {
  const auto input = open_input(io::posix_file_system(), (folder / expected.file).string());
  ASSERT_TRUE(input.has_value()) << input.error().message;
  const auto connector = detect_connector(*input, {});
  ASSERT_TRUE(connector.has_value()) << connector.error().message;
  EXPECT_EQ((*connector)->config().name, expected.connector);
  FileTables tables;
  const auto summary = Pipeline(tables, base::SystemClock(), {}).ingest(**connector, *input);
  ASSERT_TRUE(summary.has_value()) << summary.error().message;
  EXPECT_EQ(summary->quarantined, 0u) << summary->first_problem;
  EXPECT_EQ(summary->records, summary->mapped + summary->unmapped);
  const auto unmapped = expected.rows.find("UnmappedEvents");
  EXPECT_EQ(summary->unmapped, unmapped == expected.rows.end() ? 0 : unmapped->second);
  EXPECT_EQ(counts_of(tables), expected.rows);
  EXPECT_EQ(tables.indicators.size(), expected.indicators);
  EXPECT_EQ(tables.incidents.size(), expected.incidents);
  ASSERT_EQ(tables.alerts.size(), expected.alerts.size());
  for (size_t i = 0; i < tables.alerts.size(); ++i) {
    check_alert(tables.alerts[i]);
    EXPECT_THAT(kinds_of(tables.alerts[i]), UnorderedElementsAreArray(expected.alerts[i])) << tables.alerts[i];
    EXPECT_THAT(invented_words(tables.alerts[i], bytes_of(*input)), IsEmpty()) << tables.alerts[i];
  }
}

void check_files(const std::vector<ProviderFile>& files) {
  const auto folder = shared_data("alerts");
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "There are no alerts at " << folder << ".";
  for (const auto& file : files) {
    SCOPED_TRACE(file.file);
    check_file(folder, file);
  }
}

TEST(AlertRecords, OfOpenProductsBecomeAlertsWithTypedEvidence) { check_files(open_products()); }
TEST(AlertRecords, OfMicrosoftBecomeAlertsWithTypedEvidence) { check_files(products_of_microsoft()); }

TEST(AlertRecords, OfIntelligenceBecomeIndicators) { check_files(sources_of_intelligence()); }

TEST(AlertRecords, AreAllAccountedFor) {
  const auto folder = shared_data("alerts");
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "There are no alerts at " << folder << ".";
  std::set<std::string> expected;
  for (const auto& files : {open_products(), products_of_microsoft(), sources_of_intelligence()})
    for (const auto& file : files) expected.insert(file.file);
  std::set<std::string> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file() && entry.path().filename() != "MANIFEST.json")
      found.insert(std::filesystem::relative(entry.path(), folder).string());
  EXPECT_EQ(found, expected);
}

}  // namespace
}  // namespace vedette::ingest
