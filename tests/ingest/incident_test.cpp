#include "vedette/ingest/incident.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memory_sink.h"

namespace vedette::ingest {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* incidents_kql =
    "source | where isnotempty(tostring(Record.case)) | project providerIncidentId = tostring(Record.case), "
    "providerAlertIds = Record.alerts, status = tostring(Record.status), severity = tostring(Record.severity), "
    "customTags = Record.tags";
constexpr const char* alerts_kql =
    "source | where isnotempty(tostring(Record.id)) | project providerAlertId = tostring(Record.id), title = 'x', "
    "incidentId = tostring(Record.of)";

MappedRecords map(const std::string& records,
                  std::map<std::string, std::string> files = {{"incidents.kql", incidents_kql}}) {
  const auto loaded = load_from(std::move(files));
  EXPECT_TRUE(loaded.has_value()) << loaded.error().message;
  return (*loaded)->map(read_batch(records), {"t", "P", *base::parse_iso_date_time("2024-05-06T00:00:00Z")});
}

TEST(Incident, HasWhatTheProviderSays) {
  const auto mapped = map(R"({"case":"7","alerts":["a",5,""],"status":"resolved","severity":"dire","tags":["x",1]})"
                          "\n{\"other\":1}\n");
  ASSERT_EQ(mapped.incidents.size(), 1u);
  const json::Object& incident = mapped.incidents.front();
  EXPECT_EQ(json::find_string(incident, "status"), "resolved");
  EXPECT_FALSE(incident.contains("severity")) << "a word that the enumeration does not have says nothing";
  EXPECT_EQ(incident.at("alertIds").as_array(), (json::Array{alert_id("t", "P", "a")}));
  EXPECT_EQ(incident.at("customTags").as_array(), (json::Array{"x"}));
  for (const char* time : {"createdDateTime", "lastUpdateDateTime", "arrivedDateTime"})
    EXPECT_EQ(json::find_string(incident, time), "2024-05-06T00:00:00.0000000Z") << time;
  EXPECT_EQ(mapped.mapped, 1u);
  EXPECT_EQ(mapped.unmapped, 1u);
}

TEST(Incident, TooLargeIsQuarantined) {
  const auto mapped = map(R"({"case":"1","tags":[")" + std::string(alert_bytes_max, 'x') + "\"]}");
  EXPECT_THAT(mapped.incidents, IsEmpty());
  ASSERT_EQ(mapped.quarantined.size(), 1u);
  EXPECT_THAT(mapped.quarantined.front().reason, HasSubstr("the most is 4194304"));
}

TEST(Incident, AlertsSayWhichTheyAreOf) {
  const std::string records = R"({"id":"a","of":"7"})"
                              "\n"
                              R"({"id":"b"})"
                              "\n";
  const auto mapped = map(records, {{"incidents.kql", incidents_kql}, {"alerts.kql", alerts_kql}});
  ASSERT_EQ(mapped.alerts.size(), 2u);
  EXPECT_EQ(json::find_string(mapped.alerts[0], incident_member), "7");
  EXPECT_FALSE(mapped.alerts[1].contains(incident_member));
  const auto without = map(records, {{"alerts.kql", alerts_kql}});
  EXPECT_FALSE(without.alerts[0].contains(incident_member)) << "nothing is said of incidents there";
}

TEST(Incident, ColumnsAreChecked) {
  const auto error = [](const std::string& query) {
    const auto loaded = load_from({{"incidents.kql", query}});
    return loaded ? std::string() : loaded.error().message;
  };
  EXPECT_THAT(error("source | project providerIncidentId = 'x', owner = 'y'"),
              HasSubstr("An incident has no property 'owner'"));
  EXPECT_THAT(error("source | project providerIncidentId = 'x', customTags = 'y'"),
              HasSubstr("'customTags' of an incident is dynamic"));
  EXPECT_THAT(error("source | project status = 'y'"), HasSubstr("no column 'providerIncidentId'"));
}

}  // namespace
}  // namespace vedette::ingest
