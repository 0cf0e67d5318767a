#include "vedette/kql/functions/call_scope.h"

#include <gtest/gtest.h>

namespace vedette::kql {
namespace {

TEST(WorkLimit, EndsAfterItsStepsAndOnlyWhileItLives) {
  {
    const WorkLimit work(2);
    EXPECT_TRUE(may_go_on());
    EXPECT_TRUE(may_go_on());
    const auto third = may_go_on();
    ASSERT_FALSE(third);
    EXPECT_EQ(third.error().code, base::ErrorCode::limit_exceeded);
    const WorkLimit inner(1);
    EXPECT_TRUE(may_go_on());
  }
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(may_go_on());
}

}  // namespace
}  // namespace vedette::kql
