// How instances that are polled begin and end.
#include "world.h"

namespace vedette::federation::test {
namespace {

using PolledInstances = World;

TEST_F(PolledInstances, EndsAllInstancesAtOnce) {
  constexpr int instances = 12;
  Provider provider;
  std::atomic<int> hanging = 0;
  const StopsFirst stops_first(provider);
  provider.set_trouble([&](const http::Request&) -> std::optional<http::Response> {
    // The client leaves within a moment of being told; the server of the test answers when it likes.
    ++hanging;
    std::this_thread::sleep_for(std::chrono::milliseconds(2'500));
    return answer(500);
  });
  write_acme();
  for (int i = 0; i < instances; ++i)
    ASSERT_TRUE(add("edr" + std::to_string(i), "acme", {{"base_url", provider.url()}}, {{"key", "k"}}));
  start();
  ASSERT_TRUE(eventually([&] { return hanging >= instances; }));
  const auto begun = std::chrono::steady_clock::now();
  stop();
  const auto together = std::chrono::steady_clock::now() - begun;
  EXPECT_LT(together, std::chrono::milliseconds(1'500));
}

TEST_F(PolledInstances, BeginsAndEndsWithItsInstance) {
  Provider provider;
  provider.put("a", "2026-05-01T10:00:00Z");
  write_acme();
  start();
  add_acme(provider);
  ASSERT_TRUE(eventually([&] { return alert_names().size() == 1; }));
  ASSERT_TRUE(remove_instance(*store_, "t", "edr"));
  EXPECT_TRUE(health().empty());
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  const size_t asked = provider.asked().size();
  std::this_thread::sleep_for(std::chrono::milliseconds(1200));
  EXPECT_EQ(provider.asked().size(), asked);
  EXPECT_EQ(alert_names().size(), 1u);
}

}  // namespace
}  // namespace vedette::federation::test
