// Every limit of BindLimits ends in an error that names it, not in a crash.
#include <gtest/gtest.h>

#include "../function_chain.h"
#include "test_catalog.h"

namespace vedette::kql {
namespace {

using testing::chain;

void expect_limit(const std::string& query, const char* name) {
  const auto bound = bind_text(query, Optimizer::on);
  ASSERT_FALSE(bound) << name;
  EXPECT_EQ(bound.error().code, base::ErrorCode::limit_exceeded) << bound.error().message;
  EXPECT_NE(bound.error().message.find(name), std::string::npos) << bound.error().message;
  EXPECT_TRUE(bound.error().span.has_value());
}

TEST(Limits, FunctionsCallEachOtherOnlySoDeep) {
  expect_limit(chain("(x:long) { x }", "(x:long) { #(x) }", 40) + "Logons | extend y = f40(Count)",
               "function_depth_max");
}

TEST(Limits, ExpressionsDoNotExplode) {
  expect_limit(chain("(x:long) { x + x }", "(x:long) { #(x) + #(x) }", 25) + "Logons | extend y = f25(Count)",
               "expression_nodes_max");
}

TEST(Limits, ExpressionsAreNotTooDeep) {
  std::string sum = "x";
  for (int i = 0; i < 300; ++i) sum += " + 1";
  expect_limit(chain("(x:long) { x }", "(x:long) { #(" + sum + ") }", 20) + "Logons | extend y = f20(Count)",
               "expression_depth_max");
}

TEST(Limits, PlansDoNotExplode) {
  expect_limit(chain("() { Logons }", "() { union #(), #() }", 25) + "f25()", "plan_nodes_max");
}

TEST(Limits, PlansAreNotTooDeep) {
  std::string wheres;
  for (int i = 0; i < 300; ++i) wheres += " | where Count * 2 > 1";
  expect_limit(
      "let f = (T:(*)) { T" + wheres + " };\nLogons" + std::string(8, ' ') +
          [] {
            std::string out;
            for (int i = 0; i < 8; ++i) out += " | invoke f()";
            return out;
          }(),
      "plan_depth_max");
}

TEST(Limits, NamedRowsAreSharedRatherThanExpanded) {
  const auto bound = bind_text(
      chain("Logons | summarize n = count() by Name", "(union #, #) | summarize n = sum(n) by Name", 30) + "f30");
  ASSERT_TRUE(bound) << bound.error().message;
  EXPECT_EQ(bound->subplans.size(), 30U);
}

}  // namespace
}  // namespace vedette::kql
