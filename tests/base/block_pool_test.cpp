#include "vedette/base/block_pool.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <thread>
#include <vector>

namespace vedette::base {
namespace {

TEST(BlockPool, GivesTheBlockThatFitsBest) {
  BlockPool pool(10'000);
  void* const small = malloc(1'000);
  void* const large = malloc(1'200);
  pool.give(large, 1'200);
  pool.give(small, 1'000);
  EXPECT_EQ(pool.take(1'201), nullptr);
  EXPECT_EQ(pool.take(700), nullptr);  // more than a quarter would be wasted
  EXPECT_EQ(pool.take(960), small);
  EXPECT_EQ(pool.take(960), large);
  EXPECT_EQ(pool.take(960), nullptr);
  EXPECT_EQ(pool.held_bytes(), 0u);
  free(small);
  free(large);
}

TEST(BlockPool, HoldsNoMoreThanItMay) {
  BlockPool pool(10'000);
  void* const first = malloc(4'000);
  pool.give(first, 4'000);
  pool.give(malloc(5'001), 5'001);  // more than half: freed at once
  EXPECT_EQ(pool.held_bytes(), 4'000u);
  pool.give(malloc(4'500), 4'500);
  pool.give(malloc(4'600), 4'600);  // the oldest goes
  EXPECT_EQ(pool.held_bytes(), 9'100u);
  EXPECT_EQ(pool.take(4'000), nullptr);
  for (size_t i = 0; i < 3 * BlockPool::blocks_max; ++i) pool.give(malloc(10), 10);
  EXPECT_EQ(pool.held_bytes(), 10 * BlockPool::blocks_max);
  while (void* const block = pool.take(10)) free(block);
}

TEST(BlockPool, AnyThreadTakesWhatAnotherGave) {
  BlockPool pool(1 << 20);
  {
    std::vector<std::jthread> threads;
    for (size_t thread = 0; thread < 4; ++thread)
      threads.emplace_back([&pool, thread] {
        for (size_t i = 0; i < 1'000; ++i) {
          const size_t bytes = 1'000 + (i * 7 + thread) % 500;
          void* block = pool.take(bytes);
          if (!block) block = malloc(2'000);
          static_cast<char*>(block)[bytes - 1] = 1;
          pool.give(block, 2'000);
        }
      });
  }
  while (void* const block = pool.take(1'600)) free(block);
  EXPECT_EQ(pool.held_bytes(), 0u);
}

}  // namespace
}  // namespace vedette::base
