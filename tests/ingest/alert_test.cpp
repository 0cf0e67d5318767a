#include "vedette/ingest/alert.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test_connector.h"
#include "vedette/base/clock.h"
#include "vedette/ingest/pipeline.h"

namespace vedette::ingest {
namespace {

using testing::HasSubstr;

// Keeps alerts and what is quarantined.
class AlertKeeper final : public IngestSink {
 public:
  std::string state(const std::string&) const override { return {}; }
  base::Status commit(IngestUnit unit) override {
    std::move(unit.alerts.begin(), unit.alerts.end(), std::back_inserter(alerts));
    quarantine += unit.quarantine.lines;
    return {};
  }
  std::vector<json::Object> alerts;
  std::string quarantine;
};

TEST(Alert, CategoriesAreTacticsWhereThereIsOne) {
  const AlertOrigin origin{"t", "P", {}};
  const auto category = [&](json::Object alert) {
    alert["providerAlertId"] = "1";
    return json::to_text(normalize_alert(std::move(alert), origin)->at("category"));
  };
  EXPECT_EQ(category({{"category", "credential_access"}}), "\"CredentialAccess\"");
  EXPECT_EQ(category({{"category", "TA0011"}}), "\"CommandAndControl\"");
  EXPECT_EQ(category({{"category", "Misc"}}), "\"Misc\"");
  EXPECT_EQ(category({{"category", "Misc"}, {"mitreTechniques", {"T1110.003", "T1003"}}}), "\"CredentialAccess\"");
  EXPECT_EQ(category({{"category", "Misc"}, {"mitreTechniques", {"T1110", "T1566"}}}), "\"Misc\"") << "two tactics";
  EXPECT_EQ(category({{"category", "Misc"}, {"mitreTechniques", {"T1078", "T11", "T11100"}}}), "\"Misc\"");
  EXPECT_EQ(category({{"category", "Malware"},
                      {"serviceSource", "microsoftDefenderForEndpoint"},
                      {"mitreTechniques", {"T1110", "T1110.001"}}}),
            "\"Malware\"");
}

TEST(Alert, EvidenceInsideEvidenceIsCompleteAndEmptyTextsAreNothing) {
  json::Object file{{"@odata.type", "#microsoft.graph.security.fileEvidence"},
                    {"fileDetails", {{"fileName", "a"}, {"sha1", ""}}}};
  json::Object malware{{"@odata.type", "#microsoft.graph.security.malwareEvidence"},
                       {"name", "X"},
                       {"category", ""},
                       {"files", json::Array{file}}};
  json::Object alert{
      {"providerAlertId", "1"}, {"createdDateTime", "2024-01-01T00:00:00Z"}, {"evidence", json::Array{malware}}};
  const auto done = normalize_alert(std::move(alert), {"t", "P", {}});
  ASSERT_TRUE(done.has_value());
  const auto& outer = done->at("evidence").as_array().at(0).as_object();
  EXPECT_FALSE(outer.contains("category"));
  const auto& inner = outer.at("files").as_array().at(0).as_object();
  EXPECT_EQ(json::find_string(inner, "createdDateTime"), "2024-01-01T00:00:00Z");
  EXPECT_EQ(json::find_string(inner, "verdict"), "unknown");
  EXPECT_EQ(json::to_text(inner.at("fileDetails")), R"({"fileName":"a"})");
}

// What cannot be stored costs its own record, not its unit.
TEST(Alert, QuarantinesAlertsThatAreTooLargeOrTooDeep) {
  const auto connector = load_from({{"alerts.kql",
                                     "source | project providerAlertId = tostring(Record.id), "
                                     "description = tostring(Record.text), "
                                     "evidence = Record.evidence, additionalData = Record.more"}});
  ASSERT_TRUE(connector.has_value()) << connector.error().message;
  const auto nested = [](size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); };
  const std::string text = R"({"id":"1"}
{"id":"2","text":")" + std::string(alert_bytes_max, 'x') +
                           R"("}
{"id":"3","more":{"a":)" + nested(alert_row_depth_max - 2) +
                           R"(}}
{"id":"4","more":{"a":)" + nested(alert_row_depth_max - 1) +
                           R"(}}
{"id":"5","evidence":[{"a":)" +
                           nested(alert_row_depth_max - 3) +
                           R"(}]}
{"id":"6"}
)";
  AlertKeeper sink;
  const base::FixedClock clock(*base::parse_iso_date_time("2024-05-06T12:00:00Z"));
  const auto summary = Pipeline(sink, clock, {}).ingest(**connector, memory_input("x.json", text));
  ASSERT_TRUE(summary.has_value()) << summary.error().message;
  std::string ids;
  for (const auto& alert : sink.alerts) {
    ids += alert.at("providerAlertId").as_string();
    EXPECT_TRUE(json::parse(json::to_text(alert)).has_value()) << "what is stored can be read";
  }
  EXPECT_EQ(ids, "1356");
  EXPECT_EQ(summary->mapped, 4u);
  EXPECT_EQ(summary->quarantined, 2u);
  EXPECT_THAT(sink.quarantine, HasSubstr(" bytes; the most is 4194304."));
  EXPECT_THAT(sink.quarantine, HasSubstr("nested deeper than 99 levels"));
}

TEST(Alert, ManyItemsOfAnAlertTakeNoTime) {
  json::Array techniques, evidence;
  for (int i = 0; i < 60'000; ++i) {
    techniques.emplace_back(i);
    evidence.push_back(json::Object{{"x", i}});
  }
  const auto alert = normalize_alert({{"mitreTechniques", techniques}, {"evidence", evidence}}, {"t", "P", {}});
  ASSERT_TRUE(alert.has_value()) << alert.error().message;
  EXPECT_EQ(alert->at("mitreTechniques").as_array().size(), 60'000u);
  EXPECT_EQ(alert->at("additionalData").at("evidence").as_array().size(), 60'000u);
}

TEST(Alert, AlertIdsAreStable) {
  EXPECT_EQ(alert_id("t", "p", "1"), alert_id("t", "p", "1"));
  EXPECT_NE(alert_id("t", "p", "1"), alert_id("t", "p1", ""));
  EXPECT_EQ(alert_id("t", "p", "1").size(), 36u);
  const auto wrong = load_from({{"alerts.kql", "source | project providerAlertId = Text, colour = Text"}});
  EXPECT_EQ(wrong.error().message, "alerts.kql: An alert has no property 'colour'.");
}

}  // namespace
}  // namespace vedette::ingest
