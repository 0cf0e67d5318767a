#include "call.h"

namespace vedette::kql::testing {
namespace {

TEST(StringEdit, SplitsAtDelimiters) {
  EXPECT_EQ(call("split", {text("a__b"), text("_")}), R"(["a","","b"])");
  EXPECT_EQ(call("split", {text(""), text("_")}), R"([""])");
  EXPECT_EQ(call("split", {text("aa_bb_cc"), text("_"), number(1)}), R"(["bb"])");
  EXPECT_EQ(call("split", {text("aa_bb"), text("_"), number(2)}), "null");
}

TEST(StringEdit, FindsOccurrencesThatBeginInTheWindow) {
  EXPECT_EQ(call("indexof", {text("abcdefg"), text("cde")}), "2");
  EXPECT_EQ(call("indexof", {text("abcdefg"), text("cde"), number(1), number(2)}), "2");
  EXPECT_EQ(call("indexof", {text("abcdefg"), text("cde"), number(1), number(1)}), "-1");
  EXPECT_EQ(call("indexof", {text("abcdefg"), text("cde"), number(-5)}), "2");
  EXPECT_EQ(call("indexof", {text("abcabc"), text("bc"), number(0), number(-1), number(2)}), "4");
  EXPECT_EQ(call("indexof", {text("abc"), text("b"), number(0), number(-2)}), "null");
  EXPECT_EQ(call("indexof", {text("\u00e9\u00e9b"), text("b")}), "2");
  EXPECT_EQ(call("indexof_regex", {text("abcabc"), text("a.c"), number(1)}), "3");
  EXPECT_EQ(call("indexof_regex", {text("abcabc"), text("a.c"), number(-1)}), "null");
}

TEST(StringEdit, ReplacesWhatWasNotPutIn) {
  EXPECT_EQ(call("replace_strings", {text("cat dog"), json(R"(["cat","dog"])"), json(R"(["dog","pig"])")}),
            R"("dog pig")");
  EXPECT_EQ(call("replace_strings", {text("This"), json(R"(["is","This"])"), json(R"(["was","x"])")}), R"("Thwas")");
  EXPECT_NE(call("replace_strings", {text("a"), json("[1,2]"), json("[1]")}).find("same length"), std::string::npos);
  EXPECT_EQ(call("translate", {text("krasp"), text("otsku"), text("spark")}), R"("kusto")");
  EXPECT_EQ(call("translate", {text("abc"), text("x"), text("abcd")}), R"("xxxd")");
  EXPECT_EQ(call("reverse", {text("a\u00e9b")}), "\"b\u00e9a\"");
  EXPECT_EQ(call("strrep", {text("ab"), number(3), text("-")}), R"("ab-ab-ab")");
}

}  // namespace
}  // namespace vedette::kql::testing
