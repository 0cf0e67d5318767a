// Shapes of trees, positions of errors, limits, and the published queries of the shared reference where it is present.
#include "vedette/kql/syntax/parse.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "vedette/json/value.h"
#include "vedette/kql/syntax/ast.h"

namespace vedette::kql {
namespace {

using testing::HasSubstr;

const ast::Expr& only_expression(const Query& query) {
  return *query.statements().back()->as<ast::ExpressionStatement>().expr;
}

std::string first_message(std::string_view text) {
  const ParseResult result = parse(text);
  return result.ok() ? "" : result.diagnostics.front().error.message;
}

TEST(Parse, PipesOperators) {
  const ParseResult result =
      parse("T | where a > 1 and b has 'x' | project a, c = b | sort by a asc nulls last | take 5");
  ASSERT_TRUE(result.ok()) << result.diagnostics.front().error.message;
  const auto& pipe = only_expression(result.query).as<ast::Pipe>();
  ASSERT_EQ(pipe.operators.size(), 4);
  EXPECT_EQ(pipe.operators[0]->kind, ast::OperatorKind::filter);
  EXPECT_EQ(pipe.operators[1]->as<ast::Project>().items[1].names[0].text, "c");
  EXPECT_EQ(pipe.operators[2]->as<ast::Sort>().keys[0].nulls, ast::Nulls::last);
}

TEST(Parse, ReadsEveryOperator) {
  for (const char* text : {
           "T | project-away a*, b | project-keep x | project-rename y = x | project-reorder b asc, *",
           "T | summarize n = count(), dcount(x) by bin(t, 1h), y; T | summarize by a",
           "T | join kind=leftouter hint.strategy=shuffle (U | where x == 1) on a, $left.b == $right.c",
           "T | lookup kind=leftouter U on a",
           "union withsource=S isfuzzy=true T*, (U | take 1)",
           "T | mv-expand bagexpansion=array x = a to typeof(long), b limit 3",
           "T | mv-apply x = a to typeof(string) on (where x has 'y' | summarize count())",
           "T | parse kind=regex flags=Ui m with * 'a' b:long 'c' d",
           "T | parse-where m with 'a' b",
           "T | parse-kv m as (a:string, b:long) with (pair_delimiter=' ', kv_delimiter='=')",
           "print x = 1, datetime(2020-01-01), 1h, dynamic({\"a\":[1,-2,null]}), typeof(long)",
           "range x from 1 to 10 step 1",
           "datatable (a:long, b:string) [1, 'x', -2, 'y']",
           "let f = (a:string, T:(x:long, *), b:long = 5) { let c = a; T | where x > b }; f('x', U)",
           "let f = view () { T }; f",
           "T | make-series n = count() default = 0 on t from a to b step 1h by c",
           "T | top-nested 3 of a with others = 'x' by count(), top-nested 2 of b by sum(c) desc",
           "T | top-hitters 3 of a by b",
           "T | top 3 by a desc nulls first, b asc",
           "T | scan declare (s:long = 0) with (step s1: x > 1 => s = 1; step s2 output=last: true;)",
           "find in (T, U*) where a == 'x' project a, pack(*)",
           "search in (T) 'x' and b:'y'",
           "search *",
           "T | evaluate bag_unpack(d) : (a:long, *)",
           "T | partition by a (top 1 by b)",
           "T | fork (take 1) n = (count)",
           "T | facet by a, b with (take 3)",
           "T | render timechart with (title='x', xcolumn=a, ycolumns=b, c)",
           "T | where ['my col'] in~ ('a', 'b') or x !has 'y' or z between (1 .. 5) or w !in (T | project a)",
           "T | extend (a, b) = f(x), c = d.e[0]['f'].g",
           "T | where x matches regex @'a\\b'",
           "T | getschema",
           "T | serialize n = row_number()",
           "T | sample-distinct 3 of a",
           "T | reduce by a with threshold=0.1",
           "externaldata (a:string) [@'https://x'] with (format='csv')",
           "T | invoke f(1)",
           "T | as X | count as n",
           "set notruncation; declare query_parameters(a:long = 1); T | distinct *",
       })
    EXPECT_EQ(first_message(text), "") << text;
}

TEST(Parse, BindsTighterInTheOfficialOrder) {
  const ParseResult result = parse("print a or b and c == d + e * f has g");
  ASSERT_TRUE(result.ok());
  const auto& print = only_expression(result.query).as<ast::Pipe>().operators[0]->as<ast::Print>();
  const auto& either = print.items[0].expr->as<ast::Logical>();
  EXPECT_FALSE(either.is_and);
  const auto& equal = either.operands[1]->as<ast::Logical>().operands[1]->as<ast::Binary>();
  EXPECT_EQ(equal.op, "==");
  EXPECT_EQ(equal.right->as<ast::Binary>().right->as<ast::Binary>().right->as<ast::Binary>().op, "has");
}

TEST(Parse, SaysWhereAndWhat) {
  const ParseResult result = parse("T\n| where a ==\n| sumarize count()\n| take 1");
  ASSERT_EQ(result.diagnostics.size(), 2);
  EXPECT_EQ(result.diagnostics[0].error.span->line, 3);
  EXPECT_EQ(result.diagnostics[0].error.span->column, 1);
  EXPECT_EQ(result.diagnostics[1].suggestion, "summarize");
  EXPECT_THAT(first_message("print 'abc"), HasSubstr("not closed"));
  EXPECT_THAT(first_message("print 99999999999999999999"), HasSubstr("does not fit"));
  EXPECT_THAT(first_message("datatable (a:long, b:long) [1]"), HasSubstr("multiple"));
  EXPECT_THAT(first_message("T | where (a"), HasSubstr("Expected ')', found the end"));
}

TEST(Parse, RefusesBeyondItsLimits) {
  EXPECT_THAT(first_message("print " + std::string(10'000, '(')), HasSubstr("200 levels"));
  EXPECT_THAT(first_message("print " + std::string(10'000, '-') + "1"), HasSubstr("200 levels"));
  EXPECT_THAT(first_message(std::string(SyntaxLimits::query_bytes_max + 1, ' ')), HasSubstr("1048576 bytes"));
  std::string chain = "print 1", pipes = "T";
  for (int i = 0; i < 2000; ++i) chain += "+1", pipes += "|count";
  EXPECT_THAT(first_message(chain), HasSubstr("1000 levels"));
  EXPECT_THAT(first_message(pipes), HasSubstr("1000 operators"));
}

TEST(Parse, SurvivesEveryPrefix) {
  const std::string text =
      "let f = (a:long) { a + 1 }; T | where x in ('a', 'b') | mv-expand y to typeof(long) | take 1";
  for (size_t size = 0; size <= text.size(); ++size) (void)parse(text.substr(0, size));
}

// The published queries of the reference are read without a complaint.
TEST(Parse, ReadsPublishedQueries) {
  const char* given = std::getenv("VEDETTE_SHARED");
  const std::filesystem::path shared = given ? given : VEDETTE_SOURCE_DIR "/../shared";
  std::ifstream file(shared / "reference/kql/hunting-queries.jsonl");
  if (!file) GTEST_SKIP() << "no reference queries at " << shared;
  int read = 0, refused = 0;
  for (std::string line; std::getline(file, line); ++read) {
    const auto document = json::parse(line);
    ASSERT_TRUE(document.has_value());
    const ParseResult result = parse(json::find_string(*document, "query"));
    if (result.ok()) continue;
    ++refused;
    const base::Error& error = result.diagnostics.front().error;
    std::cout << json::find_string(*document, "id") << " " << error.span->line << ":" << error.span->column << " "
              << error.message << "\n";
  }
  std::cout << read << " queries, " << refused << " refused\n";
  // Prose among the operators, and several queries in one text without a `;`: one in a hundred is not KQL.
  EXPECT_LE(refused * 100, read);
}

}  // namespace
}  // namespace vedette::kql
