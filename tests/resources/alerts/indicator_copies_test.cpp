// Indicators of connectors become one entity each.
#include <gtest/gtest.h>

#include "vedette/base/clock.h"
#include "vedette/odata/behaviour.h"
#include "vedette/resources/alerts/alert_sink.h"

namespace vedette::resources {
namespace {

class IndicatorCopies : public testing::Test {
 protected:
  base::Status accept(std::vector<json::Object> indicators) {
    return make_alert_sink(*store, "t1", "misp")->accept_indicators(std::move(indicators));
  }
  std::optional<store::Entity> stored(std::string_view id) { return store->get("t1", "tiIndicators", id).value(); }
  std::string member(std::string_view id, std::string_view name) {
    const json::Value document = json::parse(stored(id)->json).value();
    return std::string(json::find_string(document, name));
  }

  base::FixedClock clock{*base::parse_iso_date_time("2024-03-10T00:00:00Z")};
  const std::unique_ptr<store::EntityStore> store =
      store::make_memory_store({{"alerts", {}}, {"tiIndicators", {}}}, clock);
};

json::Object indicator(std::string_view id, std::string_view reported, std::string_view url, std::string_view arrived) {
  return {{"id", id},
          {"lastReportedDateTime", reported},
          {"url", url},
          {"ingestedDateTime", arrived},
          {"expirationDateTime", "2024-06-01T00:00:00Z"}};
}

TEST_F(IndicatorCopies, AreOneEntityThatEveryApplicationReads) {
  ASSERT_TRUE(
      accept({indicator("a", "2024-03-01T00:00:00Z", "x", "1"), indicator("b", "2024-03-01T00:00:00Z", "y", "1")}));
  ASSERT_TRUE(accept({indicator("a", "2024-03-01T00:00:00Z", "x", "2")}));
  ASSERT_TRUE(accept({}));
  EXPECT_EQ(stored("a")->version, 1) << "nothing new";
  EXPECT_EQ(member("a", odata::owner_member), odata::every_application);
  EXPECT_EQ(store->changes("t1", 0, 10).value().at(0).actor.id, "misp");
}

TEST_F(IndicatorCopies, TheOneReportedLastCounts) {
  ASSERT_TRUE(accept({indicator("a", "2024-03-02T00:00:00Z", "second", "1")}));
  ASSERT_TRUE(accept({indicator("a", "2024-03-01T00:00:00Z", "first", "2")}));
  EXPECT_EQ(member("a", "url"), "second");
  ASSERT_TRUE(accept({indicator("a", "2024-03-03T00:00:00Z", "third", "3")}));
  EXPECT_EQ(member("a", "url"), "third");
  EXPECT_EQ(member("a", "ingestedDateTime"), "1");
}

}  // namespace
}  // namespace vedette::resources
