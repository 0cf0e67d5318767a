#include "call.h"

namespace vedette::kql::testing {
namespace {

TEST(Regex, MatchesAnywhereAndMindsCase) {
  EXPECT_EQ(call("matches regex", {text("Fabrikam"), text("b.*k")}), "true");
  EXPECT_EQ(call("matches regex", {text("Fabrikam"), text("B.*K")}), "false");
  EXPECT_EQ(call("matches regex", {text("Fabrikam"), text("(?i)B.*K")}), "true");
}

TEST(Regex, KnowsClassesBeyondAscii) {
  EXPECT_EQ(call("matches regex", {text("\u00e9"), text("^\\w$")}), "true");
  EXPECT_EQ(call("matches regex", {text("\u00e9"), text("^[\\w]$")}), "true");
  EXPECT_EQ(call("matches regex", {text("\u0663"), text("^\\d$")}), "true");
  EXPECT_EQ(call("matches regex", {text("\u00a0"), text("^\\s$")}), "true");
  EXPECT_EQ(call("matches regex", {text("\u00a0x"), text("^[\\S]")}), "false");
  EXPECT_EQ(call("matches regex", {text("\x0b"), text("^\\s$")}), "true");
  EXPECT_EQ(call("trim", {text("[^\\w]+"), text("-\u00e9-")}), "\"\u00e9\"");
}

TEST(Regex, RefusesWhatItWouldAnswerWrongly) {
  EXPECT_EQ(call("matches regex", {text("a b"), text("\\bb")}), "true");
  EXPECT_EQ(call("matches regex", {text("\u201ca\u201d"), text("\\ba\\b")}), "true");
  EXPECT_NE(call("matches regex", {text("\u00e9a"), text("\\ba")}).find("not supported"), std::string::npos);
  EXPECT_NE(call("matches regex", {text("a"), text("[a-y&&x]")}).find("not supported"), std::string::npos);
  EXPECT_NE(call("matches regex", {text("a"), text("[a[b]]")}).find("not supported"), std::string::npos);
  EXPECT_NE(call("matches regex", {text("a"), text("(")}).find("not supported"), std::string::npos);
}

TEST(Regex, SaysWhenAPatternIsTooLargeOnceItsClassesAreWrittenOut) {
  std::string words;
  for (int i = 0; i < 1024; ++i) words += "\\w";
  EXPECT_EQ(call("matches regex", {text("abc"), text(words)}), "false");
  EXPECT_EQ(call("matches regex", {text("abc\u00e9"), text(words)}),
            "The regular expression is not supported: pattern too large - compile failed.");
}

TEST(Regex, ExtractsGroups) {
  EXPECT_EQ(call("extract", {text("(\\d+)\\.(\\d+)"), number(2), text("ver 10.25")}), R"("25")");
  EXPECT_EQ(call("extract", {text("(\\d+)"), number(0), text("a12")}), R"("12")");
  EXPECT_EQ(call("extract", {text("(\\d+)"), number(3), text("a12")}), R"("")");
  EXPECT_EQ(call("extract", {text("(?<n>\\d)"), number(1), text("a1")}), R"("1")");
  EXPECT_EQ(call("extract_all", {text("(\\d+)"), text("1, 22")}), R"(["1","22"])");
  EXPECT_EQ(call("extract_all", {text("(\\w)(\\d)"), text("a1 b2")}), R"([["a","1"],["b","2"]])");
  EXPECT_EQ(call("extract_all", {text("(?P<x>\\w)(\\d)"), json(R"(["x"])"), text("a1 b2")}), R"(["a","b"])");
  EXPECT_EQ(call("extract_all", {text("(z)"), text("a")}), "null");
}

TEST(Regex, ReplacesTrimsAndCounts) {
  EXPECT_EQ(call("replace_regex", {text("Number is 1"), text("is (\\d+)"), text("was: \\1")}), R"("Number was: 1")");
  EXPECT_EQ(call("replace", {text("b"), text("x"), text("abab")}), R"("axax")");
  EXPECT_EQ(call("trim", {text("1"), text("1121")}), R"("2")");
  EXPECT_EQ(call("trim_start", {text("https://"), text("https://bing.com")}), R"("bing.com")");
  EXPECT_EQ(call("trim_end", {text("\\s+"), text(" a  ")}), R"(" a")");
  EXPECT_EQ(call("countof", {text("aaaa"), text("aa")}), "3");
  EXPECT_EQ(call("countof", {text("ababa"), text("aba"), text("regex")}), "1");
  EXPECT_EQ(call("regex_quote", {text("(so$me.Te^xt)")}), R"x("\\(so\\$me\\.Te\\^xt\\)")x");
}

}  // namespace
}  // namespace vedette::kql::testing
