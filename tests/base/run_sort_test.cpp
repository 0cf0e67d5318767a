#include "vedette/base/run_sort.h"

#include <gtest/gtest.h>

#include <random>

namespace vedette::base {
namespace {

TEST(RunSort, SortsStably) {
  std::mt19937 random(1);
  for (const size_t size : {size_t{0}, size_t{1}, sort_run_rows, sort_run_rows + 1, 5 * sort_run_rows + 7}) {
    std::vector<std::pair<uint32_t, size_t>> items;
    for (size_t i = 0; i < size; ++i) items.emplace_back(random() % 100, i);
    auto expected = items;
    const auto before = [](const auto& a, const auto& b) { return a.first < b.first; };
    std::stable_sort(expected.begin(), expected.end(), before);
    sort_in_runs(items, before);
    EXPECT_EQ(items, expected) << size;
  }
}

TEST(RunSort, EndsWhenItIsToldTo) {
  std::vector<int> items(10 * sort_run_rows, 1);
  for (size_t i = 0; i < items.size(); ++i) items[i] = static_cast<int>(items.size() - i);
  {
    const WorkLimit work(3);
    sort_in_runs(items);
  }
  EXPECT_FALSE(std::is_sorted(items.begin(), items.end()));
  sort_in_runs(items);
  EXPECT_TRUE(std::is_sorted(items.begin(), items.end()));
}

}  // namespace
}  // namespace vedette::base
