#include "vedette/json/value.h"

#include <gtest/gtest.h>

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
}

TEST(Json, WriterRepairsUtf8) {
  std::string out;
  append_string(out, "a\xFFz");
  EXPECT_EQ(out, "\"a\xEF\xBF\xBDz\"");
}

}  // namespace
}  // namespace vedette::json
