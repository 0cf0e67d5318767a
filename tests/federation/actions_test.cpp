// Security actions go to the connectors that take them, take effect once, and say what became of them.
#include <set>

#include "world.h"

namespace vedette::federation::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* acme_actions = R"(
source
| where tostring(Action.name) == "isolate"
| extend Device = tostring(Parameter.device)
| project Method = "POST", Url = strcat(tostring(Setting.base_url), "/isolate/", url_encode_component(Device)),
    Body = bag_pack("reason", Action.actionReason), ReadUrl = strcat(tostring(Setting.base_url), "/device/", Device),
    Expect = bag_pack("isolated", true)
)";

constexpr const char* acme_action = R"(
[[action]]
name = "isolate"
parameters = ["device"]
timeout_seconds = 5
[[action]]
name = "release"
)";

class Actions : public World {
 protected:
  void connect(const std::vector<std::string>& instances = {"edr"}, const std::string& requests = acme_actions) {
    write_acme({{"[setting.base_url]", std::string(acme_action) + "[setting.base_url]"}}, {{"actions.kql", requests}});
    provider_.set_trouble([this](const http::Request& request) { return handle(request); });
    for (const std::string& name : instances)
      ASSERT_TRUE(add(name, "acme", {{"base_url", provider_.url()}}, {{"key", "k"}}));
    start();
    ASSERT_TRUE(eventually([&] { return health_text("health", instances.back()) == "healthy"; }));
    ASSERT_TRUE(eventually([&] { return store_->state("t", "federation.feed").value().has_value(); }));
  }
  // As the API does it for an application.
  void ask(const std::string& name, json::Object parameters, const std::string& provider = "Acme EDR",
           base::TimeSpan ago = {}) {
    json::Array list;
    for (const auto& parameter : parameters)
      list.push_back(json::Object{{"name", parameter.key()}, {"value", parameter.value()}});
    const json::Object action{{"id", "a1"},
                              {"name", name},
                              {"actionReason", "worm"},
                              {"parameters", std::move(list)},
                              {"status", "NotStarted"},
                              {"createdDateTime", base::format_date_time(clock_.now() - ago)},
                              {"vendorInformation", json::Object{{"vendor", "Acme"}, {"provider", provider}}}};
    commit_action(action, store::must_not_exist);
  }
  void commit_action(const json::Object& action, int64_t version) {
    store::Commit commit{{store::Actor::Kind::application, "soar"}, {}, {}};
    commit.entities.push_back({"securityActions", "a1", json::to_text(action), version});
    ASSERT_TRUE(store_->commit("t", commit));
  }
  json::Object action() const { return all("securityActions").front(); }
  std::string status() const { return std::string(json::find_string(json::Value(action()), "status")); }
  std::string error() const {
    const json::Value now(action());
    const json::Value* info = json::find(now, "errorInfo");
    return info ? std::string(json::find_string(*info, "message")) : "";
  }
  std::string result(const char* name) const {
    const auto results = all("actionResults");
    return results.empty() ? "" : std::string(json::find_string(json::Value(results.front()), name));
  }
  std::optional<http::Response> handle(const http::Request& request) {
    const std::string path(request.split_target().path);
    if (path.starts_with("/device/")) return answer(isolated_ ? 200 : 404, R"({"name":"pc1","isolated":true})");
    if (!path.starts_with("/isolate/")) return std::nullopt;
    const std::scoped_lock lock(mutex_);
    keys_.insert(std::string(request.headers.get("Idempotency-Key")));
    asked_.push_back(path + " " + request.body);
    if (status_ == 200 || effect_without_answer_) isolated_ = true;
    return answer(std::exchange(effect_without_answer_, false) ? 500 : status_.load());
  }

  std::mutex mutex_;
  std::set<std::string> keys_;
  std::vector<std::string> asked_;
  std::atomic<int> status_ = 200;
  std::atomic<bool> isolated_ = false;
  bool effect_without_answer_ = false;
  Provider provider_;  // last: its handler uses the rest
};

TEST_F(Actions, AreCarriedOut) {
  connect();
  ask("isolate", {{"device", "pc 1"}});
  ASSERT_TRUE(eventually([&] { return status() == "Completed"; })) << testing::PrintToString(problems());
  EXPECT_THAT(asked_, ElementsAre("/isolate/pc%201 {\"reason\":\"worm\"}"));
  EXPECT_EQ(result("state"), "completed");
  std::vector<std::string> statuses;
  const json::Object now = action();
  for (const auto& state : now.at("states").as_array()) statuses.emplace_back(json::find_string(state, "status"));
  EXPECT_THAT(statuses, ElementsAre("Running", "Completed"));
  EXPECT_TRUE(now.at("completedDateTime").is_string());
}

TEST_F(Actions, TakeEffectOnceWhenAnAnswerIsLost) {
  connect();
  effect_without_answer_ = true;
  ask("isolate", {{"device", "pc1"}});
  ASSERT_TRUE(eventually([&] { return status() == "Completed"; })) << testing::PrintToString(problems());
  EXPECT_EQ(asked_.size(), 1u);
}

TEST_F(Actions, AreSentAgainWithTheSameKeyUntilTheirTimeIsOver) {
  connect();
  status_ = 503;
  ask("isolate", {{"device", "pc1"}});
  ASSERT_TRUE(eventually([&] { return status() == "Failed"; })) << testing::PrintToString(problems());
  EXPECT_THAT(error(), HasSubstr("within 5 seconds"));
  EXPECT_THAT(error(), HasSubstr("answered 503"));
  EXPECT_GT(asked_.size(), 1u);
  EXPECT_EQ(keys_.size(), 1u);
}

TEST_F(Actions, AreNotSentWhenTheirTimeWasOverBeforeAnybodySawThem) {
  connect();
  stop();
  ask("isolate", {{"device", "pc1"}}, "Acme EDR", {10 * base::ticks_per_second});
  start();
  ASSERT_TRUE(eventually([&] { return status() == "Failed"; })) << testing::PrintToString(problems());
  EXPECT_EQ(error(), "It was not done within 5 seconds.");
  EXPECT_THAT(asked_, IsEmpty());
}

TEST_F(Actions, AreNotSentAgainWhenTheirTimeWasOverAfterAnOutage) {
  connect();
  status_ = 503;
  ask("isolate", {{"device", "pc1"}}, "Acme EDR", {3 * base::ticks_per_second});
  ASSERT_TRUE(eventually([&] { return result("state") == "sending" && !asked_.empty(); }));
  stop();
  const size_t sent = asked_.size();
  std::this_thread::sleep_for(std::chrono::milliseconds(2'500));
  status_ = 200;
  start();
  ASSERT_TRUE(eventually([&] { return status() == "Failed"; })) << testing::PrintToString(problems());
  EXPECT_THAT(error(), HasSubstr("within 5 seconds"));
  EXPECT_EQ(asked_.size(), sent);
}

TEST_F(Actions, ThatArrivedBeforeAnOutageAreFoundDoneAfterTheirTime) {
  connect();
  status_ = 503;
  ask("isolate", {{"device", "pc1"}}, "Acme EDR", {3 * base::ticks_per_second});
  ASSERT_TRUE(eventually([&] { return result("state") == "sending" && !asked_.empty(); }));
  stop();
  const size_t sent = asked_.size();
  isolated_ = true;
  std::this_thread::sleep_for(std::chrono::milliseconds(2'500));
  start();
  ASSERT_TRUE(eventually([&] { return status() == "Completed"; })) << testing::PrintToString(problems());
  EXPECT_EQ(asked_.size(), sent);
}

TEST_F(Actions, WaitForAConnectorThatIsDown) {
  connect();
  stop();
  sinks_fail_ = true;
  start();
  ask("isolate", {{"device", "pc1"}});
  ASSERT_TRUE(eventually([&] { return !all("actionResults").empty() && health_text("health") == "failing"; }));
  EXPECT_THAT(asked_, IsEmpty());
  sinks_fail_ = false;
  ASSERT_TRUE(eventually([&] { return status() == "Completed"; })) << testing::PrintToString(problems());
}

TEST_F(Actions, ThatNobodyTakesFail) {
  connect();
  ask("isolate", {}, "Other EDR");
  ASSERT_TRUE(eventually([&] { return status() == "Failed"; })) << testing::PrintToString(problems());
  EXPECT_EQ(error(), "No connector of 'Other EDR' carries out 'isolate'.");
  EXPECT_THAT(all("actionResults"), IsEmpty());
}

TEST_F(Actions, SayWhichParameterIsMissing) {
  connect();
  ask("isolate", {});
  ASSERT_TRUE(eventually([&] { return status() == "Failed"; })) << testing::PrintToString(problems());
  EXPECT_EQ(error(), "The action needs the parameter 'device'.");
  EXPECT_THAT(asked_, IsEmpty());
}

TEST_F(Actions, WithoutARequestFail) {
  connect();
  ask("release", {});
  ASSERT_TRUE(eventually([&] { return status() == "Failed"; })) << testing::PrintToString(problems());
  EXPECT_THAT(error(), HasSubstr("no request"));
}

TEST_F(Actions, MakeSoManyRequestsAtMost) {
  connect({"edr"}, R"(
source
| mv-expand Number = range(1, 1101)
| project Method = "POST", Url = strcat(tostring(Setting.base_url), "/isolate/", tostring(Number))
)");
  ask("isolate", {{"device", "pc1"}});
  ASSERT_TRUE(eventually([&] { return status() == "Failed"; })) << testing::PrintToString(problems());
  EXPECT_EQ(error(), "There are more than 1100 requests for one change.");
  EXPECT_THAT(asked_, IsEmpty());
}

TEST_F(Actions, CanBeTriedDry) {
  connect();
  ask("isolate", {{"device", "pc1"}, {"vedette.dryRun", "true"}});
  ASSERT_TRUE(eventually([&] { return status() == "Completed"; })) << testing::PrintToString(problems());
  EXPECT_THAT(asked_, IsEmpty());
  const json::Object shown = all("actionResults").front();
  EXPECT_THAT(json::to_text(shown.at("requests")), HasSubstr("/isolate/pc1"));
  EXPECT_TRUE(shown.at("dryRun").as_bool());
}

TEST_F(Actions, GoToEachConnectorOfTheProvider) {
  connect({"edr", "edr2"});
  ask("isolate", {{"device", "pc1"}});
  ASSERT_TRUE(eventually([&] { return status() == "Completed"; })) << testing::PrintToString(problems());
  EXPECT_EQ(all("actionResults").size(), 2u);
  EXPECT_EQ(asked_.size(), 2u);
}

TEST_F(Actions, KnowOtherNamesOfTheProviderAndAnyCase) {
  write_acme({{"vendor =", std::string("known_as = [\"Old EDR\"]\nvendor =")},
              {"[setting.base_url]", std::string(acme_action) + "[setting.base_url]"}},
             {{"actions.kql", acme_actions}});
  provider_.set_trouble([this](const http::Request& request) { return handle(request); });
  ASSERT_TRUE(add("edr", "acme", {{"base_url", provider_.url()}}, {{"key", "k"}}));
  start();
  ASSERT_TRUE(eventually([&] { return store_->state("t", "federation.feed").value().has_value(); }));
  ASSERT_TRUE(eventually([&] { return health_text("health") == "healthy"; }));
  ask("Isolate", {{"device", "pc1"}}, "old edr");
  ASSERT_TRUE(eventually([&] { return status() == "Completed"; })) << testing::PrintToString(problems());
  EXPECT_EQ(asked_.size(), 1u);
}

TEST_F(Actions, ThatWereCancelledAreNotSent) {
  connect();
  stop();
  ask("isolate", {{"device", "pc1"}});
  json::Object cancelled = action();
  cancelled["status"] = "Failed";
  commit_action(cancelled, store::any_version);
  start();
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  EXPECT_THAT(asked_, IsEmpty());
  EXPECT_EQ(status(), "Failed");
}

}  // namespace
}  // namespace vedette::federation::test
