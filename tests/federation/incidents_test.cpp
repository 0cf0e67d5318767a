// Incidents of a provider that speaks Graph and says no times of changes: matched by their alerts, and kept in step.
#include "world.h"

namespace vedette::federation::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// One alert in one incident, which users change.
class GraphService {
 public:
  explicit GraphService(Provider& provider) : provider_(provider) {
    provider.set_handle([this](const http::Request& request) { return handle(request); });
  }
  ~GraphService() { provider_.stop(); }
  // As a user of the service does.
  void change(const json::Object& members, const std::string& updated) {
    const std::scoped_lock lock(mutex_);
    for (const auto& member : members) incident_[member.key()] = member.value();
    incident_["lastUpdateDateTime"] = updated;
  }
  void merge_into(const std::string& id) {
    const std::scoped_lock lock(mutex_);
    merged_ = incident_;
    merged_["status"] = "redirected";
    merged_["redirectIncidentId"] = id;
    incident_["id"] = id;
  }
  std::vector<std::string> effects() const {
    const std::scoped_lock lock(mutex_);
    return effects_;
  }
  void fail_next(int count) { failures_ = count; }
  void set_in_incident(bool is) { in_incident_ = is; }

 private:
  http::Response handle(const http::Request& request) {
    const std::string path(request.split_target().path);
    const std::scoped_lock lock(mutex_);
    if (path == "/token") return answer(200, R"({"access_token":"x","expires_in":3600})");
    json::Object alert = alert_;
    if (in_incident_) alert["incidentId"] = "77";
    if (path == "/v1.0/security/alerts_v2") return page(alert);
    if (path == "/v1.0/security/alerts_v2/there") return answer(200, json::to_text(alert));
    if (path == "/v1.0/security/incidents") {
      json::Object shown = incident_;
      shown["alerts"] = json::Array{alert};
      return page(shown);
    }
    const std::string own = "/v1.0/security/incidents/" + std::string(incident_.at("id").as_string());
    if (request.method == "GET" && path == own) return answer(200, json::to_text(incident_));
    if (request.method == "GET" && !merged_.empty()) return answer(200, json::to_text(merged_));
    if (path != own && path != own + "/comments") return answer(404);
    if (failures_ > 0 && failures_-- > 0) return answer(503);
    take_effect(request);
    return answer(200, "{}");
  }
  static http::Response page(const json::Object& one) {
    return answer(200, json::to_text(json::Object{{"value", json::Array{one}}}));
  }
  void take_effect(const http::Request& request) {
    effects_.push_back(request.method + " " + request.body);
    const json::Object body = json::parse(request.body)->get_object();
    if (request.method == "PATCH") {
      for (const auto& member : body) incident_[member.key()] = member.value();
    } else {
      incident_["comments"].as_array().push_back(json::Object{{"comment", body.at("comment")},
                                                              {"createdByDisplayName", "app"},
                                                              {"createdDateTime", "2026-05-01T12:30:00Z"}});
    }
    incident_["lastUpdateDateTime"] = "2026-05-01T12:00:0" + std::to_string(effects_.size()) + "Z";
  }

  Provider& provider_;
  mutable std::mutex mutex_;
  const json::Object alert_{{"id", "there"},
                            {"providerAlertId", "p1"},
                            {"title", "One"},
                            {"status", "new"},
                            {"tenantId", "theirs"},
                            {"createdDateTime", "2026-05-01T10:00:00Z"},
                            {"lastUpdateDateTime", "2026-05-01T10:00:00Z"}};
  json::Object incident_{{"id", "77"},
                         {"status", "active"},
                         {"displayName", "Theirs"},
                         {"customTags", json::Array()},
                         {"comments", json::Array()},
                         {"lastUpdateDateTime", "2026-05-01T10:00:00Z"}};
  json::Object merged_;
  std::vector<std::string> effects_;
  std::atomic<int> failures_ = 0;
  std::atomic<bool> in_incident_ = true;
};

class Incidents : public World {
 protected:
  void connect() {
    const auto added = add("head-office", "microsoft-graph",
                           {{"base_url", provider_.url()},
                            {"token_url", provider_.url() + "/token"},
                            {"client_id", "c"},
                            {"interval_seconds", "1"}},
                           {{"client_secret", "s"}});
    ASSERT_TRUE(added) << added.error().message;
    start();
    ASSERT_TRUE(eventually([&] { return alert_names().size() == 1; }));
  }
  // As the correlator does.
  void correlate() {
    json::Object document = alert("p1");
    document["incidentId"] = "5";
    store::Commit commit;
    commit.entities.push_back({"alerts", std::string(document.at("id").as_string()), json::to_text(document)});
    commit.entities.push_back({"incidents", "5",
                               json::to_text(json::Object{{"id", "5"},
                                                          {"status", "active"},
                                                          {"displayName", "Ours"},
                                                          {"comments", json::Array()},
                                                          {"customTags", json::Array()}})});
    ASSERT_TRUE(store_->commit("t", commit));
  }
  // As the API does it for a user.
  void change(const json::Object& members) {
    for (;;) {
      const auto entity = store_->get("t", "incidents", "5").value();
      json::Object document = json::parse(entity->json)->get_object();
      json::Object times = document.contains("@changes") ? document["@changes"].as_object() : json::Object();
      for (const auto& member : members) {
        document[member.key()] = member.value();
        times[member.key()] = json::Object{{"at", base::format_date_time(clock_.now())}, {"by", "t"}};
      }
      document["@changes"] = times;
      store::Commit commit{{store::Actor::Kind::user, "ann"}, {}, {}};
      commit.entities.push_back({"incidents", "5", json::to_text(document), entity->version});
      if (store_->commit("t", commit)) return;
    }
  }
  std::string ours(const char* name) const {
    const auto entity = store_->get("t", "incidents", "5").value();
    const json::Value document = json::parse(entity->json).value();
    const json::Value* value = json::find(document, name);
    return value ? json::to_text(*value) : "";
  }
  std::string state() const {
    const auto entries = all("incidentWriteBacks");
    return entries.empty() ? "" : std::string(json::find_string(json::Value(entries.front()), "state"));
  }

  Provider provider_;
  GraphService service_{provider_};
};

TEST_F(Incidents, WaitForTheirAlertsAndAreTakenOver) {
  connect();
  service_.change({{"assignedTo", "bob"}, {"customTags", json::Array{"vip"}}}, "2026-05-01T11:00:00Z");
  const auto waits = [&] { return !store_->state_names("t", "federation.waiting/").value().empty(); };
  ASSERT_TRUE(eventually(waits));
  correlate();
  ASSERT_TRUE(eventually([&] { return ours("assignedTo") == R"("bob")"; })) << testing::PrintToString(problems());
  EXPECT_EQ(ours("customTags"), R"(["vip"])");
  EXPECT_EQ(ours("displayName"), R"("Theirs")");
  EXPECT_TRUE(eventually([&] { return !waits(); }));
  EXPECT_THAT(service_.effects(), IsEmpty());
  EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(Incidents, GoBackOnceAndEchoesAreNone) {
  connect();
  correlate();
  service_.fail_next(2);
  change({{"status", "resolved"},
          {"comments",
           json::Array{json::Object{
               {"comment", "seen"}, {"createdByDisplayName", "ann"}, {"createdDateTime", "2026-05-01T12:00:00Z"}}}}});
  ASSERT_TRUE(eventually([&] { return state() == "synchronized" && service_.effects().size() == 2; }))
      << testing::PrintToString(problems());
  EXPECT_THAT(service_.effects().front(), HasSubstr(R"("status":"resolved")"));
  EXPECT_THAT(service_.effects().front(), testing::Not(HasSubstr("vedette")));
  EXPECT_THAT(service_.effects().back(), HasSubstr(R"("comment":"seen")"));
  std::this_thread::sleep_for(std::chrono::milliseconds(2'500));
  EXPECT_EQ(service_.effects().size(), 2u);
  EXPECT_EQ(ours("status"), R"("resolved")");
  EXPECT_THAT(ours("comments"), testing::Not(HasSubstr("app")));
}

TEST_F(Incidents, GoBackAlsoWhenAChangeOfTheirsFollowsAtOnce) {
  connect();
  correlate();
  ASSERT_TRUE(eventually([&] { return ours("displayName") == R"("Theirs")"; }));
  stop();
  change({{"status", "resolved"}});
  const auto entity = store_->get("t", "incidents", "5").value();
  json::Value document = json::parse(entity->json).value();
  document.get_object()["description"] = "Theirs";
  store::Commit theirs{{store::Actor::Kind::connector, "head-office"}, {}, {}};
  theirs.entities.push_back({"incidents", "5", json::to_text(document), entity->version});
  ASSERT_TRUE(store_->commit("t", theirs));
  start();
  EXPECT_TRUE(eventually([&] { return state() == "synchronized" && service_.effects().size() == 1; }));
}

TEST_F(Incidents, LeaveALaterChangeOfTheirs) {
  connect();
  correlate();
  service_.fail_next(1'000'000);
  change({{"status", "inProgress"}, {"assignedTo", "ann"}});
  ASSERT_TRUE(eventually([&] { return state() == "pending"; }));
  service_.change({{"status", "resolved"}}, "2026-05-01T12:59:00Z");
  ASSERT_TRUE(eventually([&] { return ours("status") == R"("resolved")"; }));
  service_.fail_next(0);
  ASSERT_TRUE(eventually([&] { return state() == "synchronized"; })) << testing::PrintToString(problems());
  EXPECT_EQ(ours("status"), R"("resolved")");
  EXPECT_THAT(service_.effects(), ElementsAre(R"(PATCH {"assignedTo":"ann"})"));
}

TEST_F(Incidents, AreFollowedWhereTheyWereMerged) {
  connect();
  correlate();
  ASSERT_TRUE(eventually([&] { return ours("displayName") == R"("Theirs")"; }));
  service_.merge_into("70");
  change({{"assignedTo", "ann"}});
  ASSERT_TRUE(eventually([&] { return service_.effects().size() == 1; })) << testing::PrintToString(problems());
  EXPECT_EQ(service_.effects().front(), R"(PATCH {"assignedTo":"ann"})");
}

TEST_F(Incidents, OfAlertsThatAreInNoneThereAreTriedAgain) {
  connect();
  correlate();
  service_.set_in_incident(false);
  change({{"assignedTo", "ann"}});
  ASSERT_TRUE(eventually([&] { return state() == "pending" && !problems().empty(); }));
  EXPECT_THAT(problems().back(), HasSubstr("in an incident of the provider yet"));
  service_.set_in_incident(true);
  ASSERT_TRUE(eventually([&] { return state() == "synchronized"; }));
  EXPECT_EQ(service_.effects().size(), 1u);
}

}  // namespace
}  // namespace vedette::federation::test
