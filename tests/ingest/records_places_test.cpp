// Real records, one by one: each ends in exactly one place (an alert, hunting rows, an incident's attributes, an
// indicator, quarantine, or UnmappedEvents with its reason), and what it names stands in its alert's evidence or in its
// indicator. Whatever files there are of known formats are looked at. Skips where there is no shared data
// (shared_data.h). VEDETTE_ALERTS=TEXT takes only the files whose names have TEXT in them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "entity_values.h"
#include "shared_data.h"
#include "test_connector.h"
#include "vedette/ingest/record_reader.h"
#include "vedette/io/file_system.h"

namespace vedette::ingest {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;
using testing::Not;

// What looks like an entity and is none: pages about the alert or its rule, and who raised it.
bool is_no_entity(const std::string& path) {
  for (const std::string_view end :
       {"FalconHostLink", "AlertUri", "alertWebUrl", "incidentWebUrl", "AlertLinkHref", "Href", "incidentUrl", "URL",
        "kb_articles", "references", "rule.reference", "Investigation steps.value", "requestContext", "manager.name",
        "SiteCollectionUrl", "rule.from", "parameters.from"})
    if (path.ends_with(end)) return true;
  return false;
}

size_t count_of_places(const MappedRecords& mapped) {
  const bool has_rows = std::any_of(mapped.rows.begin(), mapped.rows.end(),
                                    [](const auto& part) { return part.table != "UnmappedEvents"; });
  size_t places = has_rows ? 1 : 0;
  for (const bool is_there : {!mapped.alerts.empty(), !mapped.incidents.empty(), !mapped.indicators.empty(),
                              !mapped.quarantined.empty(), mapped.unmapped > 0})
    places += is_there ? 1 : 0;
  return places;
}

void check_entities(const MappedRecords& mapped, const std::string& record) {
  const auto value = json::parse(record);
  if (!value || (mapped.alerts.empty() && mapped.indicators.empty())) return;
  std::string texts;
  for (const auto& alert : mapped.alerts) append_texts(alert.at("evidence"), texts);
  for (const auto& indicator : mapped.indicators) append_texts(json::Value(indicator), texts);
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

void check_file(const fs::path& path) {
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
    const auto mapped =
        (*connector)->map(read_batch(text, path.filename().string()), {"t", (*connector)->config().provider, {}});
    EXPECT_EQ(count_of_places(mapped), 1u) << "in several places, or in none";
    for (const auto& alert : mapped.alerts) check_alert(alert);
    check_entities(mapped, text);
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
    check_file(entry.path());
  }
}

}  // namespace
}  // namespace vedette::ingest
