#include "vedette/ingest/input_claims.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace vedette::ingest {
namespace {

TEST(InputClaims, LetOneAtATimeHaveAName) {
  InputClaims claims;
  std::atomic<int> inside = 0, most = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      for (int round = 0; round < 200; ++round) {
        const auto claim = claims.wait_for("same");
        const int now = ++inside;
        for (int before = most; before < now && !most.compare_exchange_weak(before, now);) {
        }
        std::this_thread::yield();
        --inside;
      }
    });
  threads.clear();
  EXPECT_EQ(most, 1);
}

TEST(InputClaims, LetOthersPassAtOnce) {
  InputClaims claims;
  const auto held = claims.wait_for("one");
  const auto other = claims.wait_for("two");  // or the test hangs
  std::atomic<bool> has_it = false;
  {
    const auto third = claims.wait_for("three");
    const std::jthread waits([&] {
      const auto again = claims.wait_for("four");
      has_it = true;
    });
  }
  EXPECT_TRUE(has_it);
}

}  // namespace
}  // namespace vedette::ingest
