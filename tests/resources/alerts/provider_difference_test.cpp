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

// What the provider was told stands beside the document, until its next copy comes.
class ToldProvider : public testing::Test {
 protected:
  base::Status accept(const char* updated, const char* status) {
    return make_alert_sink(*store, "t", "acme")
        ->accept({json::Object{{"id", "a"}, {"status", status}, {"lastUpdateDateTime", updated}}});
  }
  void change(const std::function<void(json::Object&)>& edit) {
    json::Object alert = json::parse(store->get("t", "alerts", "a").value()->json)->get_object();
    edit(alert);
    ASSERT_TRUE(store->commit("t", {{}, {{"alerts", "a", json::to_text(alert)}}, {}}));
  }
  std::string status() const {
    const json::Value alert = json::parse(store->get("t", "alerts", "a").value()->json).value();
    return std::string(json::find_string(alert, "status"));
  }
  std::string believed() const {
    return std::string(json::find_string(json::Value(newest_copy(*store, "t", "a").value()), "status"));
  }
  bool has_state() const { return store->state("t", "alerts.copy.a").value().has_value(); }

  const base::FixedClock clock{*base::parse_iso_date_time("2024-05-01T12:00:00Z")};
  const std::unique_ptr<store::EntityStore> store = store::make_memory_store({{"alerts", {}}}, clock);
};

TEST_F(ToldProvider, SaysSoUntilItSaysOtherwise) {
  ASSERT_TRUE(accept("2024-05-01T10:00:00Z", "new"));
  EXPECT_EQ(believed(), "new");
  EXPECT_FALSE(has_state());
  change([](json::Object& alert) { alert["status"] = "resolved"; });
  ASSERT_TRUE(mark_written(*store, "t", "a", {{"status", "resolved"}, {"@odata.etag", "x"}}));
  EXPECT_EQ(believed(), "resolved");
  ASSERT_TRUE(accept("2024-05-01T11:00:00Z", "new"));  // it was opened again there
  EXPECT_EQ(status(), "new");
  EXPECT_EQ(believed(), "new");
  EXPECT_FALSE(has_state());
}

TEST_F(ToldProvider, IsForgottenWithTheAlert) {
  ASSERT_TRUE(accept("2024-05-01T10:00:00Z", "new"));
  ASSERT_TRUE(mark_written(*store, "t", "a", {{"status", "resolved"}}));
  ASSERT_TRUE(store->commit("t", {{}, {{"alerts", "a", std::nullopt}}, {}}));
  ASSERT_TRUE(accept("2024-05-01T11:00:00Z", "inProgress"));
  EXPECT_EQ(believed(), "inProgress");
  EXPECT_FALSE(has_state());
}

// Once all that a copy said was in the state.
TEST_F(ToldProvider, IsKnownFromAnOldStore) {
  ASSERT_TRUE(accept("2024-05-01T10:00:00Z", "new"));
  ASSERT_TRUE(mark_written(*store, "t", "a", {{"status", "new"}}));
  change([](json::Object& alert) {
    alert.erase("@copy");
    alert["status"] = "resolved";
  });
  EXPECT_EQ(believed(), "new");
  ASSERT_TRUE(accept("2024-05-01T11:00:00Z", "new"));
  EXPECT_EQ(status(), "resolved") << "a user's change";
  EXPECT_FALSE(has_state());
}

}  // namespace
}  // namespace vedette::resources
