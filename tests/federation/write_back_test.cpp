// What users change goes back to the provider, once, whatever happens on the way.
#include "../../src/federation/provider_alerts.h"
#include "../../src/federation/request_query.h"
#include "write_back_world.h"

namespace vedette::federation::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_F(WriteBack, SendsWhatUsersChangeAndNoEchoes) {
  connect();
  change({{"status", "inProgress"}, {"assignedTo", "ann@x.example"}});
  ASSERT_TRUE(eventually([&] { return synchronized(); })) << testing::PrintToString(problems());
  EXPECT_THAT(written_.effects(), ElementsAre(R"(PATCH {"status":"inProgress","owner":"ann@x.example"})"));
  wait_for_echoes();
  comment("seen it");
  ASSERT_TRUE(eventually([&] { return written_.effects().size() == 2 && synchronized(); }));
  EXPECT_EQ(written_.effects().back(), R"(POST {"text":"seen it"})");
  wait_for_echoes();
  EXPECT_EQ(written_.effects().size(), 2u);
  EXPECT_EQ(of_alert("a", "status"), "inProgress");
  const auto comments = alert("a").at("comments").as_array();
  ASSERT_EQ(comments.size(), 1u);
  EXPECT_EQ(json::find_string(comments.front(), "createdByDisplayName"), "ann");
  EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(WriteBack, SendsWhatIsChangedWhileTheFirstInstanceStarts) {
  on_start_ = [&] {
    if (!alert("a").empty()) return;
    const json::Object document{{"id", "1"}, {"providerAlertId", "a"}, {instance_member, "edr"}};
    store::Commit commit;
    commit.entities.push_back({"alerts", "1", json::to_text(document)});
    ASSERT_TRUE(store_->commit("t", commit));
    change({{"status", "resolved"}});
  };
  written_.set_hidden(true);
  connect();
  EXPECT_TRUE(eventually([&] { return !entry().empty(); }));
}

TEST_F(WriteBack, GoesOnWhenAnotherTenantsPlaceInTheFeedCannotBeRead) {
  store::Commit damage;
  damage.states = {{"federation.feed", "{", store::any_version}};
  ASSERT_TRUE(store_->commit("broken", damage));
  tenants_ = {"broken", "t"};
  connect();
  change({{"status", "resolved"}});
  EXPECT_TRUE(eventually([&] { return written_.effects().size() == 1 && synchronized(); }));
  EXPECT_FALSE(problems().empty());
}

TEST_F(WriteBack, AppliesOnceWhenAnswersAreLost) {
  connect();
  written_.answer_next({{500, true}, {500, true}});
  change({{"status", "resolved"}});
  comment("done");
  ASSERT_TRUE(eventually([&] { return synchronized(); })) << testing::PrintToString(problems());
  EXPECT_EQ(written_.effects().size(), 2u);
  EXPECT_EQ(json::find_string(json::Value(provider_.get("a")), "status"), "resolved");
}

TEST_F(WriteBack, TriesAgainWithTheSameKey) {
  connect();
  written_.set_broken(true);
  change({{"status", "resolved"}});
  ASSERT_TRUE(eventually([&] { return written_.keys().size() >= 3; }));
  EXPECT_EQ(state(), "sending");
  EXPECT_THAT(std::string(json::find_string(json::Value(entry()), "error")), HasSubstr("answered 500"));
  // A restart goes on where it was.
  stop();
  start();
  const size_t before = written_.keys().size();
  ASSERT_TRUE(eventually([&] { return written_.keys().size() > before; }));
  written_.set_broken(false);
  ASSERT_TRUE(eventually([&] { return synchronized(); })) << testing::PrintToString(problems());
  const auto keys = written_.keys();
  EXPECT_EQ(std::set<std::string>(keys.begin(), keys.end()).size(), 1u);
  EXPECT_EQ(written_.effects().size(), 1u);
}

TEST_F(WriteBack, LeavesALaterChangeOfTheProvider) {
  connect();
  written_.set_broken(true);
  change({{"status", "inProgress"}, {"assignedTo", "ann"}});
  ASSERT_TRUE(eventually([&] { return !written_.keys().empty(); }));
  provider_.put("a", "2026-05-01T12:59:00Z", {{"status", "resolved"}});
  written_.set_broken(false);
  ASSERT_TRUE(eventually([&] { return synchronized(); })) << testing::PrintToString(problems());
  EXPECT_THAT(written_.effects(), ElementsAre(R"(PATCH {"owner":"ann"})"));
  EXPECT_EQ(of_alert("a", "status"), "resolved");
}

TEST_F(WriteBack, SeesAProviderGoBackToWhatItSaidBefore) {
  connect();
  written_.set_hidden(true);
  change({{"status", "resolved"}});
  ASSERT_TRUE(eventually([&] { return synchronized(); }));
  provider_.put("a", "2026-05-01T12:00:30Z", {{"status", "new"}});
  written_.set_hidden(false);
  ASSERT_TRUE(eventually([&] { return of_alert("a", "status") == "new"; }));
  EXPECT_EQ(written_.effects().size(), 1u);
}

TEST_F(WriteBack, KeepsWhatNoRequestCarries) {
  connect("if_match = false");
  change({{"status", "resolved"}, {"determination", "malware"}});
  ASSERT_TRUE(eventually([&] { return synchronized(); })) << testing::PrintToString(problems());
  EXPECT_THAT(written_.effects(), ElementsAre(R"(PATCH {"status":"resolved"})"));
  provider_.put("a", "2026-05-01T12:59:00Z", {{"status", "resolved"}, {"severity", "high"}});
  ASSERT_TRUE(eventually([&] { return of_alert("a", "severity") == "high"; }));
  EXPECT_EQ(of_alert("a", "determination"), "malware");
}

TEST_F(WriteBack, SaysWhatTheProviderRefuses) {
  connect();
  written_.answer_next({{400, false}});
  change({{"status", "resolved"}});
  ASSERT_TRUE(eventually([&] { return state() == "failed"; }));
  EXPECT_THAT(std::string(json::find_string(json::Value(entry()), "error")), HasSubstr("answered 400"));
  change({{"assignedTo", "ann"}});  // everything that is not there is sent again
  ASSERT_TRUE(eventually([&] { return synchronized(); })) << testing::PrintToString(problems());
  EXPECT_THAT(written_.effects(), ElementsAre(R"(PATCH {"status":"resolved","owner":"ann"})"));
}

TEST_F(WriteBack, ToAProviderThatCannotBeRead) {
  connect("if_match = false");
  change({{"status", "resolved"}});
  ASSERT_TRUE(eventually([&] { return synchronized(); })) << testing::PrintToString(problems());
  change({{"status", "new"}});
  ASSERT_TRUE(eventually([&] { return written_.effects().size() == 2 && synchronized(); }));
  comment("back");
  ASSERT_TRUE(eventually([&] { return written_.effects().size() == 3 && synchronized(); }));
  wait_for_echoes();
  EXPECT_THAT(written_.effects(),
              ElementsAre(R"(PATCH {"status":"resolved"})", R"(PATCH {"status":"new"})", R"(POST {"text":"back"})"));
}

TEST_F(WriteBack, SendsWhatWasChangedWhileTheConnectorWasDown) {
  connect();
  stop();
  sinks_fail_ = true;
  start();
  change({{"status", "resolved"}});
  ASSERT_TRUE(eventually([&] { return health_text("health") == "failing" && state() == "pending"; }));
  // Its place in the feed is behind the change by now.
  for (int i = 0; i < 3; ++i) change({{"assignedTo", "ann" + std::to_string(i)}});
  EXPECT_THAT(written_.effects(), IsEmpty());
  sinks_fail_ = false;
  ASSERT_TRUE(eventually([&] { return synchronized(); })) << testing::PrintToString(problems());
  EXPECT_THAT(written_.effects(), ElementsAre(R"(PATCH {"status":"resolved","owner":"ann2"})"));
}

TEST_F(WriteBack, LeavesALaterChangeOfOnePropertyOnly) {
  connect();
  written_.set_broken(true);
  change({{"status", "inProgress"}});
  ASSERT_TRUE(eventually([&] { return !written_.keys().empty(); }));
  // The provider's copy is newer than the change of the status, and says another owner; the title is not a user's.
  provider_.put("a", "2026-05-01T12:59:00Z", {{"owner", "bob"}});
  written_.set_broken(false);
  ASSERT_TRUE(eventually([&] { return synchronized(); })) << testing::PrintToString(problems());
  EXPECT_THAT(written_.effects(), ElementsAre(R"(PATCH {"status":"inProgress"})"));
  EXPECT_EQ(of_alert("a", "status"), "inProgress");
  EXPECT_EQ(of_alert("a", "assignedTo"), "bob");
}

TEST_F(WriteBack, LeavesReadOnlyConnectorsAlone) {
  write_acme();
  add_acme(provider_);
  start();
  ASSERT_TRUE(eventually([&] { return alert_names().size() == 1; }));
  change({{"status", "resolved"}});
  wait_for_echoes();
  EXPECT_THAT(all("writeBacks"), IsEmpty());
  EXPECT_THAT(written_.keys(), IsEmpty());
}

TEST(RequestQueries, OfWriteBackSayWhatTheyCarry) {
  constexpr const char* query = R"(source | project Method = "POST", Url = "https://x.example/")";
  const auto refused = RequestQuery::bind(query, write_back_source());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "There is no column 'Written'.");
  EXPECT_TRUE(RequestQuery::bind(query, action_source()));
}

}  // namespace
}  // namespace vedette::federation::test
