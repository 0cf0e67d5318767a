// As many objects as were used together are kept, and used again.
#include "vedette/base/spares.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace vedette::base {
namespace {

std::atomic<int> made{0};
using Number = std::unique_ptr<int>;
Number make() { return std::make_unique<int>(made++); }

TEST(Spares, MakesAsManyAsAreUsedTogether) {
  made = 0;
  Spares<Number> spares(make);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(**spares.take(), 0);
  {
    auto first = spares.take(), second = spares.take();
    EXPECT_NE(**first, **second);
  }
  for (int i = 0; i < 3; ++i) spares.take();
  EXPECT_EQ(made, 2);
}

TEST(Spares, LendsEachToOneThreadAtATime) {
  made = 0;
  Spares<Number> spares(make);
  std::vector<std::jthread> threads;
  std::atomic<bool> shared{false};
  for (int thread = 0; thread < 4; ++thread)
    threads.emplace_back([&] {
      for (int i = 0; i < 2'000; ++i) {
        auto number = spares.take();
        const int before = (**number)++;
        if (**number != before + 1) shared = true;
      }
    });
  threads.clear();
  EXPECT_FALSE(shared);
  EXPECT_LE(made, 4);
}

}  // namespace
}  // namespace vedette::base
