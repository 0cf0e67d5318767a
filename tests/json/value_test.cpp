#include "vedette/json/value.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <random>

#include "vedette/json/scratch.h"

namespace vedette::json {
namespace {

std::string round_trip(std::string_view text) {
  auto value = parse(text);
  return value ? to_text(*value) : value.error().message;
}

TEST(Json, KeepsOrderAndEscapes) {
  EXPECT_EQ(round_trip(R"( {"b":1,"a":[true,null,"x\n\"\u0001é"],"c":-2.5} )"),
            R"({"b":1,"a":[true,null,"x\n\"\u0001é"],"c":-2.5})");
  EXPECT_EQ(round_trip("18446744073709551615"), "18446744073709551615");
  EXPECT_EQ(round_trip("1.0"), "1.0");
}

TEST(Json, RefusesMalformedTexts) {
  for (const char* bad : {"", "{", "{\"a\":}", "[1,]", "nul", "1 2", "\"\xC0\x80\"", "{'a':1}"}) {
    const auto value = parse(bad);
    EXPECT_FALSE(value) << bad;
  }
}

TEST(Json, RefusesDeepTextsByName) {
  const std::string deep(10'000, '[');
  auto refused = parse(deep);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::limit_exceeded);
  EXPECT_TRUE(parse(std::string(100, '[') + std::string(100, ']')));
  EXPECT_FALSE(parse(std::string(101, '[') + std::string(101, ']')));
}

TEST(Json, RoundsRealsCorrectly) {
  EXPECT_EQ(round_trip("[9007199254740993.0,2.2250738585072011e-308,5e-324,-0.0,1E+2,123456789012345678901]"),
            "[9007199254740992.0,2.225073858507201e-308,5e-324,-0.0,100.0,123456789012345683968.0]");
  EXPECT_EQ(round_trip("[1e400,-1e400,1e-400]"), R"(["Infinity","-Infinity",0.0])");
  std::mt19937_64 random(7);
  int wrong = 0;
  for (int i = 0; i < 100'000; ++i) {
    const double number = std::bit_cast<double>(random());
    if (!std::isfinite(number)) continue;
    std::string text;
    append_double(text, number);
    wrong += parse(text)->get_double() == number ? 0 : 1;
  }
  EXPECT_EQ(wrong, 0);
}

TEST(Json, EscapesWhereverItStands) {
  for (int special = 0; special < 0x80; ++special) {
    const auto c = static_cast<char>(special);
    const std::string expected = to_text(Value(std::string(1, c)));
    for (size_t before = 0; before < 20; ++before) {
      std::string out;
      append_string(out, std::string(before, 'x') + c + std::string(9, '~'));
      EXPECT_EQ(out, "\"" + std::string(before, 'x') + expected.substr(1, expected.size() - 2) + "~~~~~~~~~\"")
          << special << " behind " << before;
    }
  }
}

TEST(Json, ScratchReadsOneTextAfterTheOther) {
  Scratch scratch;
  for (const char* text : {R"({"a":[1,"two"]})", R"([true,{"b":null}])", R"("x")"})
    EXPECT_EQ(to_text(**scratch.parse(text)), text);
  for (int i = 0; i < 100; ++i)
    ASSERT_TRUE(scratch.parse("[" + std::string(30, ' ') + "\"" + std::string(40'000, 'x') + "\"]"));
  const Value copy((*scratch.parse(R"({"kept":"as it was, in memory of its own"})"))->at("kept"), {});
  EXPECT_FALSE(scratch.parse("{"));
  EXPECT_EQ(scratch.parse(std::string(101, '[')).error().code, base::ErrorCode::limit_exceeded);
  EXPECT_EQ(copy, "as it was, in memory of its own");
}

TEST(Json, WriterRepairsUtf8) {
  std::string out;
  append_string(out, "a\xFFz");
  EXPECT_EQ(out, "\"a\xEF\xBF\xBDz\"");
}

}  // namespace
}  // namespace vedette::json
