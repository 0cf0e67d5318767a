// Queries made to take the process down: each ends in a clear error within its limits, and the same worker answers the
// next one.
#include <gmock/gmock.h>

#include "program.h"
#include "running_batch.h"

namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;

using Clock = std::chrono::steady_clock;

constexpr int timeout_seconds = 2;
// What ends a query at its time limit: the looks of its loops, and a machine with other work.
constexpr std::chrono::milliseconds lateness{1500};

std::string json_text(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
  return out + '"';
}

std::string line_of(const std::string& query) { return "{\"id\":1,\"query\":" + json_text(query) + "}"; }

// `step` has '#' for the name before, `count` times.
std::string chain(const std::string& first, const std::string& step, int count, const std::string& last) {
  std::string out = "let v0 = " + first + ";\n";
  const auto named = [](std::string text, int number) {
    for (size_t at = 0; (at = text.find('#')) != std::string::npos;) text.replace(at, 1, "v" + std::to_string(number));
    return text;
  };
  for (int i = 1; i <= count; ++i) out += "let v" + std::to_string(i) + " = " + named(step, i - 1) + ";\n";
  return out + named(last, count);
}

struct Hostile {
  std::string name, query, error;  // `error`: what the answer says
};

std::vector<Hostile> hostile_queries() {
  const std::string million = "range x from 1 to 1000000 step 1";
  const std::string product = million +
                              " | extend k = 1 | join kind=inner (range y from 1 to 1000000 step 1 | extend "
                              "k = 1) on k";
  const auto many = [](const std::string& name, int count) {
    std::string out = name;
    for (int i = 1; i < count; ++i) out += ", " + name;
    return out;
  };
  const auto parens = [](size_t depth) { return std::string(depth, '(') + "1" + std::string(depth, ')'); };
  std::string sum = "1";
  for (int i = 0; i < 100'000; ++i) sum += "+1";
  return {
      {"nested parentheses", "print x = " + parens(100'000), "200"},
      {"nested brackets", "print x = dynamic(" + std::string(100'000, '[') + std::string(100'000, ']') + ")", "200"},
      {"a long sum", "print x = " + sum, "limitExceeded"},
      {"a long text", "print x = \"" + std::string(2 << 20, 'x') + "\"", "1048576"},
      {"nested stars", "print x = countof(strrep('a', 1024), '(a*)*(a*)*b', 'regex') | where x > 0 | " + million,
       "Error\""},
      {"a huge regex", "print x = 'a' matches regex '((a{1000}){1000}){1000}'", "invalid repetition size"},
      {"a cross join", million + " | extend k = 1 | join kind=inner (" + million + " | extend k = 1) on k | count",
       "limitExceeded"},
      {"a long range", "range x from 1 to 1000000000000000000 step 1", "limitExceeded"},
      {"a long count", "range x from 1 to 1000000000000000000 step 1 | count", "limitExceeded"},
      {"a let of itself", "let f = (x:long) { f(x) }; print f(1)", "'f'"},
      {"a value of itself", "let x = x + 1; print x", "'x'"},
      {"a table of itself", "let T = T | take 1; T", "'T'"},
      {"shared parts", chain("pack_array(1, 2)", "pack_array(#, #, #, #, #, #, #, #)", 40, "print tostring(#)"),
       "expression_nodes_max"},
      {"nested values", chain("pack_array(1)", "pack_array(#)", 2000, "print tostring(#)"), "expression_nodes_max"},
      {"repeated repeats", chain("'x'", "strrep(#, 1024)", 6, "print strlen(#)"), "text_bytes_max"},
      {"doubled texts", chain("'x'", "strcat(#, #)", 60, "print strlen(#)"), "expression_nodes_max"},
      {"replaced by more",
       chain("'x'", "replace_string(#, 'x', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx')", 9, "print strlen(#)"),
       "text_bytes_max"},
      {"replaced by groups",
       chain("'x'", "replace_regex(#, '(x+)', @'\\1\\1\\1\\1\\1\\1\\1\\1\\1\\1')", 9, "print strlen(#)"),
       "text_bytes_max"},
      {"long texts in every row",
       million + " | extend s = strrep(strrep(tostring(x), 1024), 64) | summarize make_list(s)", "limitExceeded"},
      {"long arrays in every row",
       million + " | extend a = range(1, 100000 + x, 1) | summarize make_list(pack('a', a))", "limitExceeded"},
      {"expanded thrice",
       "print a = range(1, 100000, 1) | mv-expand a | extend b = range(1, 100000, 1) | mv-expand b | extend c = "
       "range(1, 100000, 1) | mv-expand c | count",
       "limitExceeded"},
      {"sorted", product + " | sort by y asc | take 1", "limitExceeded"},
      {"distinct", product + " | distinct x, y | count", "limitExceeded"},
      {"shared within a row",
       "print d = range(1, 1000000, 1) | project e = pack_array(" + many("d", 41) + ") | project isnull(pack_array(" +
           many("e", 41) + "))",
       "dynamic_weight_max"},
      {"shared by many rows",
       million + " | extend d = range(1, 1000000, 1) | extend e = pack_array(d, d, d, x) | sort by x desc | take 3",
       "limitExceeded"},
      {"written out of shared parts",
       million + " | extend d = range(1, 1000000, 1) | project e = pack_array(d, d, d, d, d, d, d, x)",
       "limitExceeded"},
      {"filtered by itself", "print a = series_fir(range(1, 1000000, 1), range(1, 1000000, 1))", "limitExceeded"},
      {"functions that double",
       "let f0 = (x:long) { x + x };" +
           [] {
             std::string out;
             for (int i = 1; i < 30; ++i) {
               const std::string before = "f" + std::to_string(i - 1);
               out += "let f" + std::to_string(i) + " = (x:long) { " + before + "(x) + " + before + "(x) };";
             }
             return out + "print f29(1)";
           }(),
       "expression_nodes_max"},
  };
}

TEST(Hostile, QueriesEndInErrorsWithinTheirLimits) {
  Batch batch({"--timeout", std::to_string(timeout_seconds)});
  ASSERT_THAT(batch.ask(line_of("print 1")), HasSubstr("\"ok\":true"));
  const pid_t worker = batch.worker();
  for (const Hostile& hostile : hostile_queries()) {
    SCOPED_TRACE(hostile.name);
    const auto started = Clock::now();
    const std::string answer = batch.ask(line_of(hostile.query));
    EXPECT_LT(Clock::now() - started, std::chrono::seconds(timeout_seconds) + lateness);
    EXPECT_THAT(answer.substr(0, 2000), AllOf(HasSubstr("\"ok\":false"), HasSubstr(hostile.error)));
    ASSERT_THAT(answer.substr(0, 2000), Not(AnyOf(HasSubstr("crashed"), HasSubstr("internalError"))));
  }
  EXPECT_THAT(batch.ask(line_of("print 1")), HasSubstr("\"ok\":true"));
  EXPECT_EQ(batch.worker(), worker);
}

TEST(Hostile, AnEnormousQueryIsNotRead) {
  const std::string query = "print x = \"" + std::string(50 << 20, 'x') + "\"";
  Batch batch;
  EXPECT_THAT(batch.ask(line_of(query)), HasSubstr("badLine"));
  EXPECT_THAT(batch.ask(line_of("print 1")), HasSubstr("\"ok\":true"));
  const TemporaryFolder folder;
  std::ofstream(folder / "query.kql") << query;
  const Outcome outcome = run_program({"kql", "check", folder / "query.kql"}, folder / ".");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.out.substr(0, 2000), HasSubstr("limitExceeded"));
}

}  // namespace
