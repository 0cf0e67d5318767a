// Real records, one by one: each ends in exactly one place (an alert, hunting rows, an incident's attributes, an
// indicator, quarantine, or UnmappedEvents with its reason), and what it names stands in its alert's evidence or in its
// indicator. Whatever files there are of known formats are looked at. Skips where there is no shared data
// (shared_data.h). VEDETTE_ALERTS=TEXT takes only the files whose names have TEXT in them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>

#include "entity_values.h"
#include "memory_sink.h"
#include "shared_data.h"
#include "vedette/ingest/pipeline.h"
#include "vedette/ingest/record_reader.h"
#include "vedette/io/file_system.h"

namespace vedette::ingest {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

// What looks like an entity and is none: pages about the alert or its rule, and who raised it.
bool is_no_entity(const std::string& path) {
  for (const std::string_view end :
       {"FalconHostLink", "AlertUri", "alertWebUrl", "incidentWebUrl", "AlertLinkHref", "Href", "incidentUrl", "URL",
        "kb_articles", "references", "rule.reference", "Investigation steps.value", "requestContext", "manager.name",
        "SiteCollectionUrl", "rule.from", "parameters.from"})
    if (path.ends_with(end)) return true;
  return false;
}

// One record alone, as its file would be read.
struct Outcome {
  MemorySink sink;
  IngestSummary summary;
};

void ingest_alone(const Connector& connector, const Input& record, Outcome& outcome) {
  const base::FixedClock clock(*base::parse_iso_date_time("2026-01-01"));
  const auto summary = Pipeline(outcome.sink, clock, {}).ingest(connector, record);
  ASSERT_TRUE(summary.has_value()) << summary.error().message;
  outcome.summary = *summary;
}

std::vector<std::string> places_of(const IngestSummary& summary) {
  const bool has_rows = std::any_of(summary.rows.begin(), summary.rows.end(),
                                    [](const auto& table) { return table.first != "UnmappedEvents"; });
  std::vector<std::string> places;
  for (const auto& [name, is_there] :
       {std::pair("alert", summary.alerts > 0), std::pair("hunting row", has_rows),
        std::pair("incident", summary.incidents > 0), std::pair("indicator", summary.indicators > 0),
        std::pair("quarantine", summary.quarantined > 0), std::pair("UnmappedEvents", summary.unmapped > 0)})
    if (is_there) places.emplace_back(name);
  return places;
}

void check_entities(const MemorySink& found, const std::string& record) {
  const auto value = json::parse(record);
  if (!value || (found.alerts.empty() && found.indicators.empty())) return;
  std::string texts;
  for (const auto& alert : found.alerts) append_texts(alert.at("evidence"), texts);
  for (const auto& indicator : found.indicators) append_texts(json::Value(indicator), texts);
  std::vector<EntityValue> entities;
  find_entities(*value, "", entities);
  for (const auto& entity : entities)
    EXPECT_TRUE(is_no_entity(entity.path) || is_said(texts, entity.value))
        << "no evidence of " << entity.path << " = " << entity.value << "\nin " << texts;
}

void check_alert(const json::Object& alert) {
  for (const char* name : {"title", "description", "category", "productName", "createdDateTime", "lastUpdateDateTime",
                           "firstActivityDateTime", "lastActivityDateTime"})
    EXPECT_THAT(json::find_string(alert, name), Not(IsEmpty())) << name;
  EXPECT_NE(json::find_string(alert, "severity"), "unknown");
}

// Counts in `found` the records that end in each place.
void check_file(const fs::path& path, std::map<std::string, int>& found) {
  const auto input = open_input(io::posix_file_system(), path.string());
  ASSERT_TRUE(input.has_value()) << input.error().message;
  const auto connector = detect_connector(*input, {});
  ASSERT_TRUE(connector.has_value()) << connector.error().message;
  ReadOptions reading;
  reading.format = (*connector)->config().format;
  reading.wrapper = (*connector)->config().wrapper;
  const auto batch = RecordReader::open(*input, reading)->next(1 << 20);
  EXPECT_THAT(batch.quarantined, IsEmpty());
  for (const auto& record : batch.records) {
    const std::string text(record.text);
    SCOPED_TRACE(text);
    Outcome outcome;
    ingest_alone(**connector, memory_input(path.filename().string(), text), outcome);
    const auto places = places_of(outcome.summary);
    EXPECT_THAT(places, SizeIs(1)) << "in several places, or in none";
    for (const std::string& place : places) ++found[place];
    for (const auto& alert : outcome.sink.alerts) check_alert(alert);
    check_entities(outcome.sink, text);
  }
}

TEST(RecordsPlaces, EachRecordEndsInOnePlaceWithWhatItNames) {
  const auto folder = shared_data("alerts");
  if (!fs::exists(folder)) GTEST_SKIP() << "There are no alerts at " << folder << ".";
  const char* only = std::getenv("VEDETTE_ALERTS");
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string name = fs::relative(entry.path(), folder).string();
    if (!entry.is_regular_file() || name == "MANIFEST.json" || (only && name.find(only) == name.npos)) continue;
    SCOPED_TRACE(name);
    std::map<std::string, int> found;
    check_file(entry.path(), found);
    std::cout << name << ':';
    for (const auto& [place, records] : found) std::cout << ' ' << place << ' ' << records;
    std::cout << '\n';
  }
}

}  // namespace
}  // namespace vedette::ingest
