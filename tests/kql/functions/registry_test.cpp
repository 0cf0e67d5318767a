#include <gtest/gtest.h>

#include <algorithm>

#include "vedette/kql/functions/function.h"

namespace vedette::kql {
namespace {

TEST(Registry, ScalarFunctionsAreSortedByName) {
  const auto all = scalar_functions();
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; }));
}

TEST(Registry, AggregateFunctionsAreSortedByName) {
  const auto all = aggregate_functions();
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; }));
}

TEST(Registry, EveryFunctionHasKernelSignatureAndSummary) {
  for (const ScalarFunction& function : scalar_functions()) {
    EXPECT_NE(function.kernel, nullptr) << function.name;
    EXPECT_FALSE(function.signature.empty()) << function.name;
    EXPECT_FALSE(function.summary.empty()) << function.name;
  }
  for (const AggregateFunction& function : aggregate_functions()) {
    EXPECT_NE(function.create, nullptr) << function.name;
    EXPECT_FALSE(function.signature.empty()) << function.name;
    EXPECT_FALSE(function.summary.empty()) << function.name;
  }
}

}  // namespace
}  // namespace vedette::kql
