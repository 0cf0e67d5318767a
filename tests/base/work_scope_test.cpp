#include "vedette/base/work_scope.h"

#include <gtest/gtest.h>

namespace vedette::base {
namespace {

TEST(WorkLimit, EndsAfterItsStepsAndOnlyWhileItLives) {
  {
    const WorkLimit work(2);
    EXPECT_TRUE(may_go_on());
    EXPECT_TRUE(may_go_on());
    const auto third = may_go_on();
    ASSERT_FALSE(third);
    EXPECT_EQ(third.error().code, ErrorCode::limit_exceeded);
    const WorkLimit inner(1);
    EXPECT_TRUE(may_go_on());
  }
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(may_go_on());
}

TEST(WorkScope, AsksTheInnermostStop) {
  std::stop_source source;
  const StopCheck stop(source.get_token(), std::chrono::steady_clock::time_point::max());
  source.request_stop();
  const WorkScope outer(&stop, nullptr);
  ASSERT_FALSE(may_go_on());
  EXPECT_EQ(may_go_on().error().code, ErrorCode::cancelled);
  {
    const WorkScope without_its_own(nullptr, nullptr);
    EXPECT_FALSE(may_go_on());
    const StopCheck never;
    const WorkScope with_its_own(&never, nullptr);
    EXPECT_TRUE(may_go_on());
  }
  EXPECT_FALSE(goes_on());
}

TEST(WorkScope, ABudgetThatCouldNotRefuseStaysEnded) {
  MemoryBudget memory(100);
  const WorkScope scope(nullptr, &memory);
  EXPECT_TRUE(goes_on(100));
  EXPECT_TRUE(memory.check());
  EXPECT_FALSE(may_go_on(101));
  EXPECT_TRUE(goes_on());
  EXPECT_FALSE(goes_on(101));
  EXPECT_FALSE(goes_on());
  EXPECT_FALSE(memory.charge(1, "anybody"));
  ASSERT_FALSE(memory.check());
  EXPECT_EQ(memory.check().error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(memory.used_bytes(), 0);
}

TEST(WorkScope, AStoppedLoopLeavesTheBudgetAlone) {
  std::stop_source source;
  const StopCheck stop(source.get_token(), std::chrono::steady_clock::time_point::max());
  MemoryBudget memory(100);
  source.request_stop();
  const WorkScope scope(&stop, &memory);
  EXPECT_FALSE(goes_on(200));
  EXPECT_TRUE(memory.check());
}

}  // namespace
}  // namespace vedette::base
