#include "vedette/ingest/indicator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memory_sink.h"

namespace vedette::ingest {
namespace {

using testing::HasSubstr;

std::shared_ptr<const Connector> connector() {
  const auto loaded = load_from({{"indicators.kql",
                                  "source | project externalId = tostring(Record.id), url = tostring(Record.url), "
                                  "tlpLevel = tostring(Record.tlp)"}});
  EXPECT_TRUE(loaded.has_value()) << loaded.error().message;
  return *loaded;
}

TEST(Indicator, HasWhatOneMustHave) {
  const auto mapped = connector()->map(read_batch(R"({"id":"1","url":"http://a","tlp":"purple"})"), {"t", "P", {}});
  ASSERT_EQ(mapped.indicators.size(), 1u);
  const json::Value indicator(mapped.indicators.front());
  EXPECT_EQ(json::find_string(indicator, "tlpLevel"), "unknown");
  EXPECT_EQ(json::find_string(indicator, "azureTenantId"), "t");
  for (const char* name : {"id", "action", "description", "expirationDateTime", "targetProduct", "threatType"})
    EXPECT_FALSE(json::find_string(indicator, name).empty()) << name;
  EXPECT_EQ(mapped.mapped, 1u);
}

TEST(Indicator, WithoutAnObservableIsQuarantined) {
  const auto mapped =
      connector()->map(read_batch("{\"id\":\"1\"}\n{\"id\":\"2\",\"url\":\"x\"}\n{\"url\":\"y\"}\n"), {});
  EXPECT_EQ(mapped.indicators.size(), 1u);
  ASSERT_EQ(mapped.quarantined.size(), 1u);
  EXPECT_THAT(mapped.quarantined.front().reason, HasSubstr("'1' has no observable"));
  EXPECT_EQ(mapped.unmapped, 1u);
}

TEST(Indicator, TooLargeIsQuarantined) {
  const auto mapped =
      connector()->map(read_batch(R"({"id":"1","url":")" + std::string(alert_bytes_max, 'x') + "\"}"), {"t", "P", {}});
  EXPECT_TRUE(mapped.indicators.empty());
  ASSERT_EQ(mapped.quarantined.size(), 1u);
  EXPECT_THAT(mapped.quarantined.front().reason, HasSubstr("the most is 4194304"));
}

TEST(Indicator, ColumnsAreChecked) {
  const auto error = [](const std::string& query) {
    const auto loaded = load_from({{"indicators.kql", query}});
    return loaded ? std::string() : loaded.error().message;
  };
  EXPECT_THAT(error("source | project externalId = 'x', urls = 'y'"), HasSubstr("no property 'urls'"));
  EXPECT_THAT(error("source | project externalId = 'x', confidence = 'y'"),
              HasSubstr("'confidence' of an indicator is int"));
  EXPECT_THAT(error("source | project url = 'y'"), HasSubstr("no column 'externalId'"));
}

}  // namespace
}  // namespace vedette::ingest
