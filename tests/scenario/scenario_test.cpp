// The shipped scenarios: every record is mapped, the attack is one incident in any order of arrival, and hunting finds
// it. What a scenario must become is in NAME.json beside this file.
#include "vedette/scenario/scenario.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <random>

#include "../correlate/world.h"
#include "../ingest/file_tables.h"
#include "vedette/kql/exec/engine.h"
#include "vedette/kql/exec/row_json.h"

namespace vedette::scenario {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr int shuffles = 25;
const base::DateTime started = *base::parse_iso_date_time("2026-03-25T12:00:00.25Z");

json::Value expectations(const std::string& name) {
  std::ifstream file(std::string(VEDETTE_SOURCE_DIR) + "/tests/scenario/" + name + ".json");
  return json::parse(std::string(std::istreambuf_iterator<char>(file), {})).value();
}

class Scenarios : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    ingest::Pipeline pipeline(tables_, clock_, {});
    const auto summary = play(scenario_, started, pipeline);
    ASSERT_TRUE(summary.has_value()) << summary.error().message;
    summary_ = *summary;
  }

  // The titles of the alerts of each incident.
  correlate::IncidentSets incidents_of(const std::vector<json::Value>& alerts) {
    correlate::World world;
    for (const auto& alert : alerts) world.put(alert);
    world.run();
    correlate::IncidentSets incidents;
    for (const auto& ids : world.partition()) {
      std::set<std::string> titles;
      for (const auto& id : ids) titles.emplace(json::find_string(world.get(correlate::alert_collection, id), "title"));
      incidents.insert(std::move(titles));
    }
    return incidents;
  }

  std::vector<json::Value> alerts() const { return {tables_.alerts.begin(), tables_.alerts.end()}; }

  Scenario scenario_ = embedded_scenario(GetParam()).value();
  json::Value expected_ = expectations(GetParam());
  base::FixedClock clock_{started};
  ingest::FileTables tables_;
  ingest::IngestSummary summary_;
};

TEST_P(Scenarios, EveryRecordIsMapped) {
  EXPECT_EQ(summary_.unmapped, 0u);
  EXPECT_EQ(summary_.quarantined, 0u) << summary_.first_problem;
  EXPECT_THAT(summary_.dropped_members, IsEmpty());
  EXPECT_EQ(summary_.mapped, summary_.records);
  EXPECT_GT(summary_.records, 500u);
}

// Connectors' own rules claim the files too: `vedette ingest` on the folder does the same.
TEST_P(Scenarios, FilesAreClaimedByTheirConnector) {
  for (const auto& file : scenario_.files) {
    if (file.path.starts_with("tables/")) continue;
    const auto input = ingest::memory_input(std::string(file.path), std::string(file.bytes));
    const auto connector = ingest::detect_connector(input, {});
    ASSERT_TRUE(connector.has_value()) << file.path << ": " << connector.error().message;
    EXPECT_EQ((*connector)->config().name, file.path.substr(0, file.path.find('/')));
  }
}

TEST_P(Scenarios, TheAttackIsOneIncidentInAnyOrder) {
  correlate::IncidentSets expected;
  for (const auto& titles : expected_.at("incidents").as_array()) {
    std::set<std::string> incident;
    for (const auto& title : titles.as_array()) incident.emplace(title.as_string());
    expected.insert(std::move(incident));
  }
  auto arriving = alerts();
  EXPECT_EQ(incidents_of(arriving), expected);
  std::mt19937 random(1);
  for (int i = 0; i < shuffles; ++i) {
    std::shuffle(arriving.begin(), arriving.end(), random);
    EXPECT_EQ(incidents_of(arriving), expected) << "shuffle " << i;
  }
}

TEST_P(Scenarios, AttackIsSeenBySeveralProviders) {
  std::set<std::string> products;
  const auto& attack = expected_.at("incidents").at(0).as_array();
  for (const auto& alert : tables_.alerts) {
    if (std::find(attack.begin(), attack.end(), alert.at("title")) != attack.end())
      products.emplace(alert.at("productName").as_string());
  }
  EXPECT_GE(attack.size(), 8u);
  EXPECT_GE(products.size(), 5u);
}

// What must not link is there to be mistaken: in evidence of the attack and of other alerts.
TEST_P(Scenarios, FalseLinksAreTempting) {
  const auto& attack = expected_.at("incidents").at(0).as_array();
  std::string of_attack, of_others;
  for (const auto& alert : tables_.alerts) {
    const bool is_attack = std::find(attack.begin(), attack.end(), alert.at("title")) != attack.end();
    std::string evidence = json::to_text(alert.at("evidence"));
    std::transform(evidence.begin(), evidence.end(), evidence.begin(), [](unsigned char c) { return std::tolower(c); });
    (is_attack ? of_attack : of_others) += evidence;
  }
  for (const auto& value : expected_.at("temptations").as_array()) {
    const std::string quoted = json::to_text(value);  // whole values only
    EXPECT_THAT(of_attack, HasSubstr(quoted));
    EXPECT_THAT(of_others, HasSubstr(quoted));
  }
}

TEST_P(Scenarios, EverythingLiesBetweenBeginAndEnd) {
  const auto begin = base::format_date_time(started - (scenario_.period.end - scenario_.period.begin));
  const auto end = base::format_date_time(started);
  for (const auto& alert : tables_.alerts) {
    for (const char* name : {"createdDateTime", "firstActivityDateTime", "lastActivityDateTime"}) {
      EXPECT_GE(json::find_string(alert, name), begin) << name << " of " << alert.at("title");
      EXPECT_LE(json::find_string(alert, name), end) << name << " of " << alert.at("title");
    }
  }
  for (const auto& [table, rows] : summary_.rows) {
    const auto execution =
        kql::run(table + " | where not(Timestamp between (datetime(" + begin + ") .. datetime(" + end + "))) | take 1",
                 tables_, {});
    ASSERT_TRUE(execution.has_value()) << execution.error().message;
    const auto batch = (*execution)->next().value();
    EXPECT_FALSE(batch && batch->rows > 0) << table;
  }
}

json::Array rows_of(const kql::Catalog& catalog, const std::string& query) {
  json::Array rows;
  const auto execution = kql::run(query, catalog, {});
  EXPECT_TRUE(execution.has_value()) << execution.error().message << "\n" << query;
  if (!execution) return rows;
  while (const auto batch = (*execution)->next().value()) {
    for (size_t row = 0; row < batch->rows; ++row) {
      std::string text;
      kql::append_row_json(text, *batch, row);
      rows.push_back(json::parse(text).value());
    }
  }
  return rows;
}

TEST_P(Scenarios, HuntingFindsTheAttack) {
  const auto& hunts = expected_.at("hunts").as_array();
  EXPECT_GE(hunts.size(), 5u);
  for (const auto& hunt : hunts) {
    const auto rows = rows_of(tables_, std::string(json::find_string(hunt, "query")));
    EXPECT_FALSE(rows.empty()) << hunt.at("title");
    EXPECT_EQ(json::to_text(rows), json::to_text(hunt.at("rows"))) << hunt.at("title");
  }
}

INSTANTIATE_TEST_SUITE_P(Embedded, Scenarios, testing::ValuesIn(embedded_scenario_names()), [](const auto& scenario) {
  std::string name = scenario.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

const Period period{*base::parse_iso_date_time("2026-03-10T00:00:00Z"),
                    *base::parse_iso_date_time("2026-03-11T02:00:00Z")};
const base::TimeSpan day{base::ticks_per_day};

TEST(Moved, ChangesOnlyTheTimesOfThePeriodAndNoLength) {
  const auto check = [](std::string_view text, std::string_view expected) {
    EXPECT_EQ(moved(text, period, day).value(), expected);
  };
  check(R"({"@timestamp":"2026-03-10T08:41:12.123Z"})", R"({"@timestamp":"2026-03-11T08:41:12.123Z"})");
  check("2026-03-10 08:41:12.5", "2026-03-11 08:41:12.5");
  check("2026-03-10T08:41:12.250000-0500,", "2026-03-11T08:41:12.250000-0500,");
  check("1773132072.419509\tC1", "1773218472.419509\tC1");
  check("audit(1773132072.419:42)", "audit(1773218472.419:42)");
  check("1773132072000", "1773218472000");
  check("2026-03-11T02:00:00", "2026-03-12T02:00:00");
  // Times outside, dates alone, digits of something else.
  for (const char* same : {"2026-03-09T23:59:59Z", "2026-03-11T02:00:01Z", "2026-03-10", "2026-13-10T00:00:00",
                           "17731320721", "C1773132072", "1773132072a", "0.1773132072", "1673132072", ""}) {
    check(same, same);
  }
}

TEST(Moved, MovesBackToTheSameBytes) {
  for (const auto& name : embedded_scenario_names()) {
    const auto scenario = embedded_scenario(name).value();
    const base::TimeSpan by = started - scenario.period.end;
    const Period then{scenario.period.begin + base::TimeSpan{by.ticks - by.ticks % base::ticks_per_second}, started};
    for (const auto& file : scenario.files) {
      const std::string there = moved(file.bytes, scenario.period, by).value();
      EXPECT_NE(there, file.bytes) << file.path;
      EXPECT_EQ(moved(there, then, base::TimeSpan{-by.ticks}).value(), file.bytes) << file.path;
    }
  }
}

TEST(Moved, RefusesYearsThatTenDigitsDoNotReach) {
  const auto far = moved("2026-03-10T08:41:12Z", period, base::TimeSpan{270 * 365 * base::ticks_per_day});
  ASSERT_FALSE(far.has_value());
  EXPECT_EQ(far.error().code, base::ErrorCode::bad_request);
  EXPECT_THAT(far.error().message, HasSubstr("2285"));
}

TEST(Scenario, UnknownNamesAreRefused) {
  EXPECT_EQ(embedded_scenario("none").error().code, base::ErrorCode::not_found);
  EXPECT_EQ(embedded_scenario("overdue").error().code, base::ErrorCode::not_found);
}

}  // namespace
}  // namespace vedette::scenario
