// What a query is told beside its answer.
#include <gtest/gtest.h>

#include "test_catalog.h"

namespace vedette::kql {
namespace {

TEST(Warnings, ALiteralOfNoTimeIsNullAndSaysSo) {
  const auto bound =
      bind_text("print a = datetime(2024-13-45), b = datetime(2024-12-31), c = datetime(null)", Optimizer::on);
  ASSERT_TRUE(bound) << bound.error().message;
  ASSERT_EQ(bound->warnings.size(), 1U);
  EXPECT_EQ(bound->warnings[0].message, "There is no such time: the literal is null.");
  EXPECT_EQ(bound->warnings[0].span->column, 11);
}

}  // namespace
}  // namespace vedette::kql
