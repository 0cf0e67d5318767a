// The plan with what its nodes cost, as `hunt --analyze` prints it.
#include <gtest/gtest.h>

#include "vedette/kql/exec/engine.h"

namespace vedette::kql {
namespace {

class NoTables final : public Catalog {
 public:
  std::shared_ptr<const TableSource> find(std::string_view) const override { return nullptr; }
  std::vector<std::string> table_names() const override { return {}; }
};

TEST(Analysis, SaysWhatEachNodeGave) {
  EngineOptions options;
  for (const Analyze analyze : {Analyze::on, Analyze::off}) {
    options.analyze = analyze;
    const auto execution =
        run("range x from 1 to 100 step 1 | where x % 2 == 0 | summarize count() by x % 10", NoTables(), options);
    ASSERT_TRUE(execution) << execution.error().message;
    while (true) {
      const auto batch = (*execution)->next();
      ASSERT_TRUE(batch);
      if (!*batch) break;
    }
    const std::string text = (*execution)->analysis();
    EXPECT_EQ(text.find("[5 rows, ") != std::string::npos, analyze == Analyze::on) << text;
    EXPECT_EQ(text.find("[50 rows, ") != std::string::npos, analyze == Analyze::on) << text;
    EXPECT_NE(text.find("summarize"), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace vedette::kql
