#include "vedette/base/places.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

namespace vedette::base {
namespace {

TEST(Places, RefusesMoreThanThereAre) {
  Places places(2, "things are done");
  auto first = places.take(), second = places.take();
  ASSERT_TRUE(first && second);
  const auto third = places.take();
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, ErrorCode::too_many_requests);
  EXPECT_EQ(third.error().message, "2 things are done, the most at once. Send the request again.");
  EXPECT_EQ(third.error().retry_after_s, Places::retry_after_s);
}

TEST(Places, AreGivenBack) {
  Places places(1, "things are done");
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(places.take());
}

TEST(DividedPlaces, AreNotAllForOneHolder) {
  DividedPlaces places({3, "things are done"}, {2, "things of the tenant are done"});
  auto first = places.take("a"), second = places.take("a");
  ASSERT_TRUE(first && second);
  EXPECT_EQ(places.take("a").error().message,
            "2 things of the tenant are done, the most at once. Send the request again.");
  {
    const auto third = places.take("b");
    ASSERT_TRUE(third);
    EXPECT_EQ(places.take("c").error().message, "3 things are done, the most at once. Send the request again.");
  }
  EXPECT_TRUE(places.take("c"));
}

TEST(Places, AreWaitedForByABoundedNumber) {
  constexpr int waiting_max = 30;
  Places places(1, "things are done", waiting_max);
  std::atomic<int> now = 0, done = 0;
  auto held = std::make_unique<Result<Places::Place>>(places.take());
  std::vector<std::jthread> threads;
  for (int i = 0; i < waiting_max; ++i)
    threads.emplace_back([&] {
      while (true) {
        const auto place = places.take();
        if (!place) continue;  // the look below took the last waiting place
        EXPECT_EQ(++now, 1);
        --now;
        ++done;
        return;
      }
    });
  std::string refusal;  // comes once all of them wait
  std::stop_source left;
  left.request_stop();
  while (refusal.empty()) {
    const auto refused = places.take({left.get_token(), std::chrono::steady_clock::time_point::max()});
    ASSERT_FALSE(refused);
    if (refused.error().code == ErrorCode::too_many_requests) refusal = refused.error().message;
  }
  EXPECT_EQ(refusal, "1 things are done and 30 are waiting, the most at once. Send the request again.");
  held.reset();
  threads.clear();
  EXPECT_EQ(done, waiting_max);
}

}  // namespace
}  // namespace vedette::base
