// What differs from the provider, and comments that come back.
#include "vedette/resources/alerts/provider_difference.h"

#include <gmock/gmock.h>

#include "vedette/base/clock.h"
#include "vedette/resources/alerts/alert_sink.h"

namespace vedette::resources {
namespace {

using testing::ElementsAre;

json::Object comment(const char* text, const char* by, const char* at) {
  return {{"comment", text}, {"createdByDisplayName", by}, {"createdDateTime", at}};
}

std::vector<std::string> texts(const json::Value* comments) {
  std::vector<std::string> out;
  for (const auto& one : comments->as_array())
    out.push_back(std::string(json::find_string(one, "createdByDisplayName")) + ": " +
                  std::string(json::find_string(one, "comment")));
  return out;
}

TEST(ProviderDifference, IsWhatUsersMayChangeAndTheProviderHasNot) {
  const json::Object here{
      {"title", "x"}, {"status", "resolved"}, {"assignedTo", nullptr}, {"determination", "malware"}};
  EXPECT_EQ(difference_from(here, {{"title", "y"}, {"status", "new"}, {"determination", "malware"}}).changes,
            (json::Object{{"status", "resolved"}}));
  EXPECT_EQ(difference_from(here, {{"status", "resolved"}, {"determination", "malware"}, {"assignedTo", "a"}}).changes,
            (json::Object{{"assignedTo", nullptr}}));
  EXPECT_TRUE(difference_from(here, {{"status", "resolved"}, {"determination", "malware"}}).empty());
}

TEST(ProviderDifference, KnowsCommentsThatCameBack) {
  const json::Value ours = comment("done", "ann", "2024-05-01T12:00:00Z");
  const json::Object here{{"comments", json::Array{ours, comment("theirs", "bob", "2024-05-01T10:00:00Z")}}};
  const json::Value theirs = comment("theirs", "bob", "2024-05-01T10:00:00Z");
  EXPECT_EQ(difference_from(here, {{"comments", json::Array{theirs}}}).comments, json::Array{ours});
  const json::Value echo = comment("done", "api", "2024-05-01T12:00:02Z");
  EXPECT_TRUE(difference_from(here, {{"comments", json::Array{theirs, echo}}}).empty());
  // The same words, said long before, are another comment; and one comment is the echo of one.
  const json::Value earlier = comment("done", "api", "2024-05-01T11:00:00Z");
  EXPECT_EQ(difference_from(here, {{"comments", json::Array{theirs, earlier}}}).comments, json::Array{ours});
  const json::Object twice{{"comments", json::Array{ours, comment("done", "ann", "2024-05-01T12:00:01Z")}}};
  EXPECT_EQ(difference_from(twice, {{"comments", json::Array{echo}}}).comments.size(), 1u);
}

TEST(ProviderDifference, KeepsAnEchoFromBeingASecondComment) {
  const base::FixedClock clock(*base::parse_iso_date_time("2024-05-01T12:00:00Z"));
  const auto store = store::make_memory_store({{"alerts", {}}}, clock);
  const auto sink = make_alert_sink(*store, "t", "acme");
  const auto copy = [](const char* updated, json::Array comments) {
    return json::Object{{"id", "a"}, {"status", "new"}, {"lastUpdateDateTime", updated}, {"comments", comments}};
  };
  const json::Object theirs = comment("first", "bob", "2024-05-01T10:00:00Z");
  ASSERT_TRUE(sink->accept({copy("2024-05-01T10:00:00Z", {theirs})}));
  const auto stored = [&] { return json::parse(store->get("t", "alerts", "a").value()->json).value(); };
  json::Value document = stored();
  document.as_object()["comments"].as_array().push_back(comment("done", "ann", "2024-05-01T11:00:00Z"));
  ASSERT_TRUE(store->commit("t", {{}, {{"alerts", "a", json::to_text(document)}}, {}}));
  const json::Object echo = comment("done", "api", "2024-05-01T11:00:01Z");
  ASSERT_TRUE(sink->accept({copy("2024-05-01T11:00:01Z", {theirs, echo})}));
  const json::Value merged = stored();
  EXPECT_THAT(texts(json::find(merged, "comments")), ElementsAre("bob: first", "ann: done"));
  const json::Object reply = comment("thanks", "bob", "2024-05-01T11:30:00Z");
  ASSERT_TRUE(sink->accept({copy("2024-05-01T11:30:00Z", {theirs, echo, reply})}));
  const json::Value last = stored();
  EXPECT_THAT(texts(json::find(last, "comments")), ElementsAre("bob: first", "ann: done", "bob: thanks"));
}

}  // namespace
}  // namespace vedette::resources
