#include <gtest/gtest.h>

#include <algorithm>

#include "vedette/kql/functions/signature.h"

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
    EXPECT_TRUE(parse_signature(function.signature)) << function.name << " " << function.signature;
    EXPECT_FALSE(function.summary.empty()) << function.name;
  }
  for (const AggregateFunction& function : aggregate_functions()) {
    EXPECT_NE(function.create, nullptr) << function.name;
    EXPECT_TRUE(parse_signature(function.signature)) << function.name << " " << function.signature;
    EXPECT_FALSE(function.summary.empty()) << function.name;
  }
}

TEST(Signature, GroupsRepeatInFrontOfTheOtherParameters) {
  const Signature signature = parse_signature("([bool, T]..., T) -> T").value();
  EXPECT_EQ(signature.group, 2U);
  for (const size_t count : {0, 1, 2, 4, 6}) EXPECT_FALSE(signature.takes(count)) << count;
  for (const size_t count : {3, 5, 7}) EXPECT_TRUE(signature.takes(count)) << count;
  EXPECT_FALSE(signature.parameter_of(2, 5).generic);
  EXPECT_TRUE(signature.parameter_of(3, 5).generic);
  EXPECT_TRUE(signature.parameter_of(4, 5).generic);
  for (const char* malformed : {"([bool, T], T) -> T", "([bool, T... -> T", "(T, [bool]...) -> T", "(\"week) -> real"})
    EXPECT_FALSE(parse_signature(malformed)) << malformed;
}

TEST(Signature, LiteralsTakeTheirConstantAlone) {
  const Signature signature = parse_signature("(part: \"week\", long) -> real").value();
  const auto fits = [&](ArgumentType part) {
    return match(signature, std::vector<ArgumentType>{part, {Type::long_}}, 0, DynamicArguments::convert).has_value();
  };
  EXPECT_TRUE(fits({Type::string, true, "Week"}));
  EXPECT_FALSE(fits({Type::string, true, "day"}));
  EXPECT_FALSE(fits({Type::string}));
}

}  // namespace
}  // namespace vedette::kql
