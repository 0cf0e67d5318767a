// Providers that are asked while somebody waits: all at once, each with its deadline.
#include <future>

#include "world.h"

namespace vedette::federation::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Live : public World {
 protected:
  void add_live(const std::string& name, const std::string& provider_name, const Provider& provider) {
    const std::string toml =
        acme_with({{"Acme EDR", provider_name}, {"interval_seconds = 1", "interval_seconds = 3600"}});
    write_connector(name, {{"connector.toml", toml}, {"alerts.kql", acme_alerts}});
    const auto loaded = ConnectorLibrary(folder_).load(name).value();
    Instance instance;
    instance.name = instance.connector = name;
    instance.transport = "poll";
    instance.live = true;
    instance.settings = {{"base_url", provider.url()}};
    instance.created = clock_.now();
    instance = make_instance("t", std::move(instance), loaded->transport, {{"key", "k"}}, box()).value();
    ASSERT_TRUE(add_instance(*store_, "t", instance, loaded->transport, "Acme", provider_name));
  }
  bool healthy(const std::string& name) { return health_text("health", name) == "healthy"; }
};

TEST_F(Live, AsksAllAtOnceAndSaysWhoFailed) {
  Provider quick, slow, broken;
  add_live("quick", "Quick", quick);
  add_live("slow", "Slow", slow);
  add_live("broken", "Broken", broken);
  start();
  ASSERT_TRUE(eventually([&] { return healthy("quick") && healthy("slow") && healthy("broken"); }));
  quick.put("q", "2026-05-01T11:59:00Z");
  slow.put("s", "2026-05-01T11:59:00Z");
  slow.set_trouble([](const http::Request&) -> std::optional<http::Response> {
    std::this_thread::sleep_for(std::chrono::milliseconds(400));
    return std::nullopt;
  });
  broken.set_trouble([](const http::Request&) { return std::optional(answer(500)); });
  const auto begun = std::chrono::steady_clock::now();
  const auto answers = federation_->ask_live("t", {});
  const auto took = std::chrono::steady_clock::now() - begun;
  EXPECT_EQ(alert_names().size(), 2u);
  ASSERT_EQ(answers.size(), 3u);
  std::map<std::string, int> statuses;
  for (const auto& one : answers) statuses[one.provider] = one.status;
  EXPECT_EQ(statuses, (std::map<std::string, int>{{"Broken", 500}, {"Quick", 200}, {"Slow", 200}}));
  EXPECT_GE(took, std::chrono::milliseconds(400));
  EXPECT_LT(took, std::chrono::seconds(9));  // before the deadline
  std::string warnings;
  for (const auto& one : answers) warnings += one.warning();
  EXPECT_THAT(warnings, HasSubstr("199 - \"Acme/Broken/500/"));
}

TEST_F(Live, DoesNotWaitLongerThanTheDeadline) {
  Provider hanging;
  add_live("hanging", "Hanging", hanging);
  options_.outbound.client.timeout = std::chrono::seconds(60);
  start();
  ASSERT_TRUE(eventually([&] { return healthy("hanging"); }));
  hanging.set_trouble([](const http::Request& request) -> std::optional<http::Response> {
    for (int i = 0; i < 3000 && !request.stop.stopped(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return answer(500);
  });
  const auto begun = std::chrono::steady_clock::now();
  const auto answers = federation_->ask_live("t", {});
  const auto took = std::chrono::steady_clock::now() - begun;
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers.front().status, 504);
  EXPECT_GE(took, live_deadline);
  EXPECT_LT(took, live_deadline + std::chrono::seconds(2));
}

TEST_F(Live, IsNotAskedTwiceWhenItIsSlow) {
  Provider slow;
  slow.put("s", "2026-05-01T11:59:00Z");
  add_live("slow", "Slow", slow);
  start();
  ASSERT_TRUE(eventually([&] { return healthy("slow"); }));
  slow.set_trouble([](const http::Request&) -> std::optional<http::Response> {
    std::this_thread::sleep_for(std::chrono::milliseconds(1'000));
    return std::nullopt;
  });
  const size_t before = slow.asked().size();
  auto first = std::async(std::launch::async, [&] { return federation_->ask_live("t", {}); });
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(federation_->ask_live("t", {}).front().status, 200);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds(1'000));
  EXPECT_EQ(first.get().front().status, 200);
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_EQ(slow.asked().size(), before + 1);
}

TEST_F(Live, SaysWhoCouldNotBeStarted) {
  Provider provider;
  add_live("down", "Down", provider);
  sinks_fail_ = true;
  start();
  ASSERT_TRUE(eventually([&] { return health_text("health", "down") == "failing"; }));
  const auto answers = federation_->ask_live("t", {});
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers.front().warning(), "199 - \"Acme/Down/503/0\"");
}

TEST_F(Live, LeavesAloneWhoAskedForAPause) {
  Provider busy;
  add_live("busy", "Busy", busy);
  start();
  ASSERT_TRUE(eventually([&] { return healthy("busy"); }));
  busy.set_trouble([](const http::Request&) { return std::optional(answer(429, "", {{"Retry-After", "30"}})); });
  EXPECT_EQ(federation_->ask_live("t", {}).front().status, 429);
  const size_t asked = busy.asked().size();
  EXPECT_EQ(federation_->ask_live("t", {}).front().status, 429);
  EXPECT_EQ(busy.asked().size(), asked);
  EXPECT_THAT(federation_->ask_live("u", {}), IsEmpty());
}

}  // namespace
}  // namespace vedette::federation::test
