// Copies of alerts become one alert each.
#include "vedette/resources/alerts/alert_sink.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "../../store/store_in_front.h"
#include "vedette/ingest/alert.h"
#include "vedette/resources/alerts/alerts.h"

namespace vedette::resources {
namespace {

const base::DateTime now = *base::parse_iso_date_time("2024-03-10T00:00:00Z");

json::Object alert(std::string_view id, std::string_view updated, std::string_view more = "{}") {
  json::Object object{{"id", id}, {"providerAlertId", "p-" + std::string(id)}, {"status", "new"}, {"tenantId", "t1"}};
  if (!updated.empty()) object["lastUpdateDateTime"] = updated;
  object["comments"] = json::Array();
  const json::Object members = json::parse(more).value().get_object();
  for (const auto& member : members) object[member.key()] = member.value();
  return object;
}

class AlertSink : public testing::Test {
 protected:
  base::Status accept(std::vector<json::Object> alerts) {
    return make_alert_sink(busy, "t1", "wazuh")->accept(std::move(alerts));
  }
  std::optional<store::Entity> stored(std::string_view id) { return store.get("t1", alert_collection, id).value(); }
  json::Object document(std::string_view id) { return json::parse(stored(id)->json).value().get_object(); }
  std::string member(std::string_view id, std::string_view name) {
    const json::Object object = document(id);
    const json::Value* value = object.if_contains(name);
    return value ? json::to_text(*value) : "absent";
  }
  // As somebody who uses the API.
  void change(std::string_view id, std::string_view patch) {
    json::Object object = document(id);
    const json::Object members = json::parse(patch).value().get_object();
    for (const auto& member : members) object[member.key()] = member.value();
    store::Commit commit{{store::Actor::Kind::user, "u1"}, {}, {}};
    commit.entities.push_back(
        {std::string(alert_collection), std::string(id), json::to_text(object), store::any_version});
    ASSERT_TRUE(store.commit("t1", commit));
  }

  base::FixedClock clock{now};
  const std::unique_ptr<store::EntityStore> memory = store::make_memory_store({{"alerts", {}}}, clock);
  store::EntityStore& store = *memory;
  store::StoreInFront busy{store};
};

TEST_F(AlertSink, StoresAnAlertOnce) {
  ASSERT_TRUE(accept({alert("a", "2024-03-01T00:00:00Z"), alert("b", "2024-03-01T00:00:00Z")}));
  ASSERT_TRUE(accept({alert("a", "2024-03-01T00:00:00Z")}));
  ASSERT_TRUE(accept({}));
  EXPECT_EQ(stored("a")->version, 1);
  EXPECT_EQ(busy.commits, 1);
  const auto changes = store.changes("t1", 0, 10).value();
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(changes[0].actor.kind, store::Actor::Kind::connector);
  EXPECT_EQ(changes[0].actor.id, "wazuh");
}

TEST_F(AlertSink, TheNewestCopyCounts) {
  ASSERT_TRUE(accept({alert("a", "2024-03-02T00:00:00Z", R"({"title":"second"})")}));
  ASSERT_TRUE(accept({alert("a", "2024-03-01T00:00:00Z", R"({"title":"first"})")}));
  EXPECT_EQ(member("a", "title"), R"("second")");
  EXPECT_EQ(stored("a")->version, 1);
  ASSERT_TRUE(accept({alert("a", "2024-03-03T00:00:00Z", R"({"title":"third","status":"resolved"})")}));
  EXPECT_EQ(member("a", "title"), R"("third")");
  EXPECT_EQ(member("a", "status"), R"("resolved")");
  ASSERT_TRUE(accept({alert("c", "", R"({"title":"late","lastActivityDateTime":"2024-03-02T00:00:00Z"})"),
                      alert("c", "", R"({"title":"early","lastActivityDateTime":"2024-03-01T00:00:00Z"})")}));
  EXPECT_EQ(member("c", "title"), R"("late")");
  EXPECT_EQ(stored("c")->version, 1);
}

TEST_F(AlertSink, KeepsWhatIsOurs) {
  ASSERT_TRUE(accept({alert("a", "2024-03-01T00:00:00Z")}));
  change("a", R"({"incidentId":"7","incidentWebUrl":"https://here/7"})");
  ASSERT_TRUE(accept({alert("a", "2024-03-02T00:00:00Z", R"({"title":"x"})")}));
  EXPECT_EQ(member("a", "incidentId"), R"("7")");
  EXPECT_EQ(member("a", "incidentWebUrl"), R"("https://here/7")");
  EXPECT_EQ(member("a", "title"), R"("x")");
}

TEST_F(AlertSink, KeepsWhatAUserChanged) {
  ASSERT_TRUE(accept({alert("a", "2024-03-01T00:00:00Z")}));
  change("a", R"({"status":"resolved","resolvedDateTime":"2024-03-05T00:00:00.0000000Z","assignedTo":"ann",
                  "classification":"falsePositive","lastUpdateDateTime":"2024-03-05T00:00:00.0000000Z"})");
  // Older than the change, though it says otherwise than the copy before.
  ASSERT_TRUE(accept({alert("a", "2024-03-02T00:00:00Z", R"({"title":"x","status":"inProgress"})")}));
  EXPECT_EQ(member("a", "title"), R"("x")");
  EXPECT_EQ(member("a", "status"), R"("resolved")");
  EXPECT_EQ(member("a", "resolvedDateTime"), R"("2024-03-05T00:00:00.0000000Z")");
  EXPECT_EQ(member("a", "lastUpdateDateTime"), R"("2024-03-05T00:00:00.0000000Z")");
  // Newer than the change, but the provider still says the same.
  ASSERT_TRUE(accept({alert("a", "2024-03-06T00:00:00Z", R"({"title":"y","status":"inProgress"})")}));
  EXPECT_EQ(member("a", "title"), R"("y")");
  EXPECT_EQ(member("a", "status"), R"("resolved")");
  EXPECT_EQ(member("a", "assignedTo"), R"("ann")");
  EXPECT_EQ(member("a", "classification"), R"("falsePositive")");
  EXPECT_EQ(member("a", "lastUpdateDateTime"), R"("2024-03-06T00:00:00Z")");
  // The provider changed it after the user.
  ASSERT_TRUE(accept({alert("a", "2024-03-07T00:00:00Z", R"({"status":"new","assignedTo":"bob"})")}));
  EXPECT_EQ(member("a", "status"), R"("new")");
  EXPECT_EQ(member("a", "resolvedDateTime"), "absent");
  EXPECT_EQ(member("a", "assignedTo"), R"("bob")");
  EXPECT_EQ(member("a", "classification"), R"("falsePositive")");
}

TEST_F(AlertSink, JoinsComments) {
  const std::string theirs = R"({"comment":"theirs","createdDateTime":"2024-03-01T00:00:00Z"})";
  const std::string later = R"({"comment":"later","createdDateTime":"2024-03-03T00:00:00Z"})";
  const std::string ours = R"({"comment":"ours","createdDateTime":"2024-03-02T00:00:00Z"})";
  ASSERT_TRUE(accept({alert("a", "2024-03-01T00:00:00Z", R"({"comments":[)" + theirs + "]}")}));
  change("a", R"({"comments":[)" + theirs + "," + ours + "]}");
  ASSERT_TRUE(accept({alert("a", "2024-03-04T00:00:00Z", R"({"comments":[)" + theirs + "," + later + "]}")}));
  EXPECT_EQ(member("a", "comments"), "[" + theirs + "," + ours + "," + later + "]");
  // What the provider withdrew is gone; ours stays.
  ASSERT_TRUE(accept({alert("a", "2024-03-05T00:00:00Z", R"({"comments":[)" + later + "]}")}));
  EXPECT_EQ(member("a", "comments"), "[" + ours + "," + later + "]");
}

TEST_F(AlertSink, TriesAgainWhenAnotherWriterWasFirst) {
  ASSERT_TRUE(accept({alert("a", "2024-03-01T00:00:00Z")}));
  busy.before_next_commits.push_back([&] {
    change("a", R"({"incidentId":"3"})");
    return base::Status();
  });
  ASSERT_TRUE(accept({alert("a", "2024-03-02T00:00:00Z", R"({"title":"x"})")}));
  EXPECT_EQ(member("a", "incidentId"), R"("3")");
  EXPECT_EQ(member("a", "title"), R"("x")");
  for (int i = 0; i < 20; ++i)
    busy.before_next_commits.push_back([&, i] {
      change("a", "{\"incidentId\":\"" + std::to_string(i) + "\"}");
      return base::Status();
    });
  const auto lost = accept({alert("a", "2024-03-03T00:00:00Z")});
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().code, base::ErrorCode::conflict);
}

TEST_F(AlertSink, RefusesWhatIsTooLarge) {
  json::Object large = alert("big", "2024-03-01T00:00:00Z");
  large["description"] = std::string(ingest::alert_bytes_max, 'x');
  const auto refused = accept({alert("a", "2024-03-01T00:00:00Z"), large});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::limit_exceeded);
  EXPECT_NE(refused.error().message.find("The alert 'p-big' has "), std::string::npos) << refused.error().message;
  EXPECT_FALSE(stored("a"));
  json::Object nameless = alert("a", "2024-03-01T00:00:00Z");
  nameless.erase("id");
  EXPECT_EQ(accept({nameless}).error().code, base::ErrorCode::bad_request);
}

TEST_F(AlertSink, CommitsAreBounded) {
  std::vector<json::Object> many;
  for (size_t i = 0; i < alert_commit_alerts_max + 1; ++i)
    many.push_back(alert("a" + std::to_string(i), "2024-03-01T00:00:00Z"));
  ASSERT_TRUE(accept(many));
  EXPECT_EQ(busy.commits, 2);
  std::vector<json::Object> large;
  for (int i = 0; i < 5; ++i) {
    large.push_back(alert("l" + std::to_string(i), "2024-03-01T00:00:00Z"));
    large.back()["description"] = std::string(3 << 20, 'x');
  }
  busy.commits = 0;
  ASSERT_TRUE(accept(large));
  EXPECT_EQ(busy.commits, 3);
}

TEST_F(AlertSink, ADeletedAlertIsNewAgain) {
  ASSERT_TRUE(accept({alert("a", "2024-03-02T00:00:00Z")}));
  store::Commit removal;
  removal.entities.push_back({std::string(alert_collection), "a", std::nullopt, store::any_version});
  ASSERT_TRUE(store.commit("t1", removal));
  ASSERT_TRUE(accept({alert("a", "2024-03-01T00:00:00Z", R"({"title":"again"})")}));
  EXPECT_EQ(member("a", "title"), R"("again")");
}

// Copies of a few alerts, many with equal times, in any order, repeated, in any batches.
TEST_F(AlertSink, TheOrderDoesNotMatter) {
  std::mt19937 random(7);
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  constexpr const char* statuses[] = {"new", "inProgress", "resolved"};
  std::vector<json::Object> copies;
  for (int i = 0; i < 60; ++i) {
    const std::string day = "2024-03-0" + std::to_string(1 + pick(4));
    json::Object copy = alert("a" + std::to_string(pick(8)), day + "T00:00:00Z");
    copy["status"] = statuses[pick(3)];
    copy["title"] = "title " + std::to_string(pick(100));
    if (pick(2) == 0) copy["assignedTo"] = "user " + std::to_string(pick(3));
    if (pick(2) == 0) copy["comments"] = json::Array{json::Object{{"comment", i}, {"createdDateTime", day}}};
    copies.push_back(std::move(copy));
  }
  std::string expected;
  for (int round = 0; round < 40; ++round) {
    const auto fresh = store::make_memory_store({{"alerts", {}}}, clock);
    const auto sink = make_alert_sink(*fresh, "t1", "wazuh");
    std::vector<json::Object> order = copies;
    for (int i = 0; i < 30; ++i) order.push_back(copies[static_cast<size_t>(pick(60))]);
    std::shuffle(order.begin(), order.end(), random);
    while (!order.empty()) {
      const size_t size = std::min<size_t>(order.size(), static_cast<size_t>(1 + pick(20)));
      const auto begin = order.end() - static_cast<std::ptrdiff_t>(size);
      ASSERT_TRUE(sink->accept({begin, order.end()}));
      order.erase(begin, order.end());
    }
    std::string all;
    for (int i = 0; i < 8; ++i)
      if (const auto entity = fresh->get("t1", alert_collection, "a" + std::to_string(i)).value())
        all += entity->json + "\n";
    if (round == 0) expected = all;
    ASSERT_EQ(all, expected);
  }
  EXPECT_GT(expected.size(), 500u);
}

}  // namespace
}  // namespace vedette::resources
