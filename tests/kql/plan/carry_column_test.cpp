#include "vedette/kql/plan/carry_column.h"

#include <gtest/gtest.h>

#include "test_catalog.h"

namespace vedette::kql {
namespace {

std::string carried(std::string_view text) {
  auto bound = bind_text(text, Optimizer::on);
  if (!bound) return bound.error().message;
  const auto status = carry_column(*bound, "source", "$row");
  if (!status) return status.error().message;
  return explain(*bound);
}

TEST(CarryColumn, PassesWhatKeepsRowsApart) {
  EXPECT_EQ(carried("source | where Text has 'a' | extend k = tostring(Record.k) | project k"),
            "project [k = tostring(Record.k), $row]\n"
            "  scan source [Record, $row] where has(Text, \"a\")\n");
  EXPECT_EQ(carried("source | mv-expand x = Record.list | project x"),
            "mv-expand x = Record.list [x, $row]\n"
            "  scan source [Record, $row]\n");
  EXPECT_EQ(carried("source | parse Text with 'a=' A:long | project A"),
            "project [A, $row]\n"
            "  project [Text, A, $row]\n"
            "    parse Text [Text, $row, A]\n"
            "      scan source [Text, $row]\n");
  EXPECT_EQ(carried("source | lookup (datatable (Text:string, n:long) ['a', 1] | summarize n = sum(n) by Text) on Text "
                    "| project n"),
            "join leftouter on Text == Text [n, $row]\n"
            "  scan source [Text, $row]\n"
            "  summarize sum(n) by Text [Text, n]\n"
            "    values 1 rows [Text, n]\n");
}

TEST(CarryColumn, HiddenColumnsAreNotSeen) { EXPECT_EQ(schema_of("source"), "Record:dynamic Text:string"); }

TEST(CarryColumn, RefusesWhatMixesRows) {
  EXPECT_EQ(carried("source | summarize count() by Text"),
            "'summarize' over 'source', which mixes its rows, is not supported.");
  EXPECT_EQ(carried("source | take 1"), "'take' over 'source', which mixes its rows, is not supported.");
  EXPECT_EQ(carried("source | join source on Text"),
            "A join of kind innerunique over 'source', which mixes its rows, is not supported.");
  EXPECT_EQ(carried("source | where Text in ((source | project Text))"),
            "A sub-query over 'source', which mixes its rows, is not supported.");
  EXPECT_EQ(carried("print 1"), "The query does not read the table 'source'.");
}

}  // namespace
}  // namespace vedette::kql
