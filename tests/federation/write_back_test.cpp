// What users change goes back to the provider, once, whatever happens on the way.
#include "../../src/federation/provider_alerts.h"
#include "../../src/federation/request_query.h"
#include "world.h"

namespace vedette::federation::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* acme_write_back = R"(
let target = source | extend Id = tostring(Alert.providerAlertId), Base = tostring(Setting.base_url);
union (target | where array_length(bag_keys(Changes)) > 0
       | project Method = "PATCH", Url = strcat(Base, "/alerts/", Id),
           Body = bag_merge(iff(isnotnull(Changes.status), bag_pack("status", Changes.status), dynamic({})),
                            iff(isnotnull(Changes.assignedTo), bag_pack("owner", Changes.assignedTo), dynamic({}))),
           Written = dynamic(["status", "assignedTo"])),
      (target | mv-expand Comment = Comments
       | where isnotempty(tostring(Comment.comment))
       | project Method = "POST", Url = strcat(Base, "/alerts/", Id, "/comments"),
           Body = bag_pack("text", Comment.comment), Written = dynamic([]))
)";

// A provider with one alert that counts what takes effect.
class WrittenTo {
 public:
  explicit WrittenTo(Provider& provider) : provider_(provider) {
    provider_.put("a", "2026-05-01T10:00:00Z");
    provider_.set_trouble([this](const http::Request& request) { return handle(request); });
  }
  std::vector<std::string> effects() const {
    const std::scoped_lock lock(mutex_);
    return effects_;
  }
  std::vector<std::string> keys() const {
    const std::scoped_lock lock(mutex_);
    return keys_;
  }
  // For the next writing requests; what they ask for takes effect, or not.
  struct Answer {
    int status = 200;
    bool takes_effect = true;
  };
  void answer_next(std::vector<Answer> answers) {
    const std::scoped_lock lock(mutex_);
    answers_ = std::move(answers);
  }
  void set_broken(bool broken) { broken_ = broken; }
  // Polls find nothing.
  void set_hidden(bool hidden) { hidden_ = hidden; }

 private:
  std::optional<http::Response> handle(const http::Request& request) {
    const std::string_view path = request.split_target().path;
    if (request.method == "GET" && path == "/alerts/a") return answer(200, json::to_text(provider_.get("a")));
    if (request.method == "GET") return hidden_ ? std::optional(answer(200, R"({"alerts":[]})")) : std::nullopt;
    const std::scoped_lock lock(mutex_);
    keys_.emplace_back(request.headers.get("Idempotency-Key"));
    if (broken_) return answer(500);
    Answer next;
    if (!answers_.empty()) next = answers_.front(), answers_.erase(answers_.begin());
    if (next.takes_effect) take_effect(request);
    return answer(next.status, "{}");
  }
  void take_effect(const http::Request& request) {
    effects_.push_back(request.method + " " + request.body);
    json::Object alert = provider_.get("a");
    const auto body = json::parse(request.body).value();
    if (request.method == "PATCH") {
      for (const auto& member : body.get_object()) alert[member.key()] = member.value();
    } else {
      json::Value& comments = alert["comments"];
      if (!comments.is_array()) comments.emplace_array();
      comments.get_array().push_back(json::Object{{"comment", body.get_object().at("text")},
                                                  {"createdByDisplayName", "api user"},
                                                  {"createdDateTime", "2026-05-01T12:30:00Z"}});
    }
    const std::string updated = "2026-05-01T12:00:0" + std::to_string(effects_.size()) + "Z";
    provider_.put("a", updated, alert);
    alert["updated"] = updated;
    provider_.put("a", updated, alert);
  }

  Provider& provider_;
  mutable std::mutex mutex_;
  std::vector<std::string> effects_, keys_;
  std::vector<Answer> answers_;
  std::atomic<bool> broken_ = false, hidden_ = false;
};

class WriteBack : public World {
 protected:
  // `current` is the line of [write_back].
  void connect(const std::string& current = "current = \"{base_url}/alerts/{alert.providerAlertId}\"") {
    write_acme({{"[poll]\n", "[write_back]\n" + current + "\n[poll]\n"}}, {{"write_back.kql", acme_write_back}});
    add_acme(provider_);
    start();
    ASSERT_TRUE(eventually([&] { return alert_names().size() == 1; }));
  }
  // As the API does it for a user.
  void change(json::Object members) {
    for (;;) {
      const std::string id = of_alert("a", "id");
      const auto entity = store_->get("t", "alerts", id).value();
      json::Object document = json::parse(entity->json)->get_object();
      for (const auto& member : members) document[member.key()] = member.value();
      document["lastUpdateDateTime"] = base::format_date_time(clock_.now());
      store::Commit commit{{store::Actor::Kind::user, "ann"}, {}, {}};
      commit.entities.push_back({"alerts", id, json::to_text(document), entity->version});
      if (store_->commit("t", commit)) return;
    }
  }
  void comment(const std::string& text) {
    json::Object document = alert("a");
    json::Array comments = document.contains("comments") ? document["comments"].as_array() : json::Array();
    comments.push_back(json::Object{
        {"comment", text}, {"createdByDisplayName", "ann"}, {"createdDateTime", base::format_date_time(clock_.now())}});
    change({{"comments", comments}});
  }
  json::Object entry() const {
    const auto entries = all("writeBacks");
    return entries.empty() ? json::Object() : entries.front();
  }
  std::string state() const { return std::string(json::find_string(json::Value(entry()), "state")); }
  bool synchronized() const { return state() == "synchronized"; }
  // Long enough for an echo to come back and be taken for a change.
  void wait_for_echoes() { std::this_thread::sleep_for(std::chrono::milliseconds(2500)); }

  Provider provider_;
  WrittenTo written_{provider_};
};

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
