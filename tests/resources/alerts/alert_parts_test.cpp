// Alerts that come in parts.
#include <gtest/gtest.h>

#include <algorithm>

#include "vedette/base/clock.h"
#include "vedette/ingest/alert.h"
#include "vedette/resources/alerts/alert_sink.h"
#include "vedette/resources/alerts/alerts.h"

namespace vedette::resources {
namespace {

json::Object part(std::string_view updated, std::string_view title, std::initializer_list<std::string_view> users) {
  json::Array evidence;
  for (const std::string_view user : users)
    evidence.push_back(json::Object{{"@odata.type", "#microsoft.graph.security.userEvidence"},
                                    {"userAccount", json::Object{{"accountName", user}}},
                                    {"createdDateTime", updated}});
  return {{"id", "a"},
          {"providerAlertId", "p"},
          {"status", "new"},
          {"title", title},
          {"createdDateTime", updated},
          {"lastUpdateDateTime", updated},
          {"firstActivityDateTime", updated},
          {"lastActivityDateTime", updated},
          {"evidence", std::move(evidence)},
          {ingest::part_member, true}};
}

class AlertParts : public testing::Test {
 protected:
  std::string stored_after(const std::vector<json::Object>& parts) {
    const auto store = store::make_memory_store({{"alerts", {}}}, clock);
    for (const auto& one : parts) EXPECT_TRUE(make_alert_sink(*store, "t1", "x")->accept({one}));
    return store->get("t1", alert_collection, "a").value()->json;
  }
  base::FixedClock clock{*base::parse_iso_date_time("2024-03-10T00:00:00Z")};
};

TEST_F(AlertParts, HaveTheEvidenceOfAllOfThem) {
  const json::Value alert = json::parse(stored_after({part("2024-03-01T00:00:00.0000000Z", "first", {"ana", "ben"}),
                                                      part("2024-03-02T00:00:00.0000000Z", "second", {"ben", "cem"})}))
                                .value();
  EXPECT_EQ(json::find_string(alert, "title"), "second");
  EXPECT_EQ(json::find_string(alert, "createdDateTime"), "2024-03-01T00:00:00.0000000Z");
  EXPECT_EQ(json::find_string(alert, "firstActivityDateTime"), "2024-03-01T00:00:00.0000000Z");
  EXPECT_EQ(json::find_string(alert, "lastActivityDateTime"), "2024-03-02T00:00:00.0000000Z");
  const auto& evidence = json::find(alert, "evidence")->as_array();
  ASSERT_EQ(evidence.size(), 3u);
  EXPECT_EQ(json::find_string(evidence[1], "createdDateTime"), "2024-03-01T00:00:00.0000000Z") << "ben, seen first";
}

TEST_F(AlertParts, TheirOrderDoesNotMatter) {
  std::vector<json::Object> parts{part("2024-03-01T00:00:00.0000000Z", "first", {"ana", "ben"}),
                                  part("2024-03-02T00:00:00.0000000Z", "second", {"ben", "cem"}),
                                  part("2024-03-03T00:00:00.0000000Z", "third", {}),
                                  part("2024-03-02T00:00:00.0000000Z", "fourth", {"dia"})};
  const auto by_title = [](const json::Object& a, const json::Object& b) {
    return a.at("title").as_string() < b.at("title").as_string();
  };
  std::sort(parts.begin(), parts.end(), by_title);
  const std::string wanted = stored_after(parts);
  do {
    std::vector<json::Object> twice = parts;
    twice.push_back(parts.front());
    EXPECT_EQ(stored_after(twice), wanted);
  } while (std::next_permutation(parts.begin(), parts.end(), by_title));
}

TEST_F(AlertParts, APartAgainWritesNothing) {
  const auto store = store::make_memory_store({{"alerts", {}}}, clock);
  const auto one = part("2024-03-01T00:00:00.0000000Z", "first", {"ben", "ana"});
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(make_alert_sink(*store, "t1", "x")->accept({one}));
  EXPECT_EQ(store->get("t1", alert_collection, "a").value()->version, 1);
}

TEST_F(AlertParts, EvidenceIsBounded) {
  json::Object many = part("2024-03-01T00:00:00.0000000Z", "many", {});
  for (int i = 0; i < 2500; ++i)
    many["evidence"].as_array().push_back(
        json::Object{{"@odata.type", "#microsoft.graph.security.ipEvidence"},
                     {"ipAddress", "10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250)}});
  const json::Value alert =
      json::parse(stored_after({many, part("2024-03-02T00:00:00.0000000Z", "second", {"ana"})})).value();
  EXPECT_EQ(json::find(alert, "evidence")->as_array().size(), 2000u);
  EXPECT_TRUE(json::find(*json::find(alert, "additionalData"), "evidenceLeftOut")->as_bool());
}

}  // namespace
}  // namespace vedette::resources
