#include <gtest/gtest.h>

#include "vedette/columnar/vector.h"

namespace vedette::columnar {
namespace {

std::string json_of(const Dynamic& value) {
  std::string out;
  append_json(out, value);
  return out;
}

TEST(Dynamic, ParsesOnceAndKeepsOrder) {
  Arena arena;
  DynamicParser parser;
  const auto value = parser.parse(R"({"b":[1,2.5,"x",null,true],"a":{"k":1},"b2":18446744073709551615,"a":2})", arena);
  ASSERT_TRUE(value);
  EXPECT_EQ(json_of(*value), R"({"b":[1,2.5,"x",null,true],"a":2,"b2":18446744073709551616.0})");
  EXPECT_EQ(value->find("a")->integer(), 2);
  EXPECT_EQ(value->find("nothing"), nullptr);
}

TEST(Dynamic, RepeatedKeysInAWideBag) {
  std::string text = "{";
  for (int i = 0; i < 100; ++i) text += "\"k" + std::to_string(i % 50) + "\":" + std::to_string(i) + ",";
  text.back() = '}';
  Arena arena;
  DynamicParser parser;
  const auto value = parser.parse(text, arena);
  ASSERT_TRUE(value);
  EXPECT_EQ(value->members().size(), 50u);
  EXPECT_EQ(value->find("k49")->integer(), 99);
}

TEST(Dynamic, RefusesDeepAndBrokenText) {
  Arena arena;
  DynamicParser parser;
  EXPECT_EQ(parser.parse(std::string(10'000, '[') + std::string(10'000, ']'), arena).error().code,
            base::ErrorCode::limit_exceeded);
  EXPECT_EQ(parser.parse("{\"a\":", arena).error().code, base::ErrorCode::bad_request);
  EXPECT_TRUE(parser.parse("[[1]]", arena));
}

TEST(Dynamic, NumbersBeyondLongAreReal) {
  Arena arena;
  DynamicParser parser;
  const auto value = parser.parse(
      R"({"a":-9223372036854775809,"b":[18446744073709551616,1e999,-1E999,{}],"c":"\u00e9","d":null,"c":7})", arena);
  ASSERT_TRUE(value);
  EXPECT_EQ(json_of(*value),
            R"({"a":-9223372036854775808.0,"b":[18446744073709551616.0,"Infinity","-Infinity",{}],"c":7,"d":null})");
  EXPECT_EQ(parser.parse("[1e999,01]", arena).error().code, base::ErrorCode::bad_request);
}

TEST(Dynamic, EqualityAndHashIgnoreBagOrder) {
  Arena arena;
  DynamicParser parser;
  const auto a = parser.parse(R"({"x":1,"y":[1.0]})", arena), b = parser.parse(R"({"y":[1],"x":1})", arena);
  EXPECT_TRUE(equal(*a, *b));
  EXPECT_EQ(hash(*a), hash(*b));
  EXPECT_FALSE(equal(*a, *parser.parse(R"({"y":[1]})", arena)));
}

TEST(Vector, SelectsWithoutCopying) {
  VectorBuilder builder(Type::string);
  for (const char* text : {"a", "b", "c"}) builder.append_copy(std::string_view(text));
  const Vector column = builder.finish();
  auto rows = std::make_shared<const std::vector<uint32_t>>(std::vector<uint32_t>{2, 0});
  const Vector picked = column.select(rows).slice(1, 1);
  ASSERT_EQ(picked.size(), 1u);
  EXPECT_EQ(picked.view<std::string_view>()[0], "a");
  EXPECT_EQ(picked.repeated(3).view<std::string_view>()[2], "a");
  EXPECT_EQ(column.slice(1, 2).repeated(3).view<std::string_view>()[2], "b");
}

TEST(Vector, SlicesOfSlicesAndOtherBases) {
  VectorBuilder builder(Type::long_);
  for (int64_t i = 0; i < 10; ++i) builder.append(i * 10);
  const Vector column = builder.finish();
  const Vector part = column.slice(2, 6).slice(1, 4);
  EXPECT_EQ(part.view<int64_t>()[0], 30);
  auto rows = std::make_shared<const std::vector<uint32_t>>(std::vector<uint32_t>{3, 1, 0});
  const Vector picked = part.select(rows).slice(1, 2);
  EXPECT_EQ(picked.view<int64_t>()[0], 40);
  VectorBuilder other(Type::long_);
  for (int64_t i = 0; i < 10; ++i) other.append(-i);
  EXPECT_EQ(picked.over(other.finish()).view<int64_t>()[1], -3);
  EXPECT_EQ(part.repeated(2).view<int64_t>()[1], 30);
}

TEST(Vector, NullsByPosition) {
  VectorBuilder builder(Type::long_);
  builder.append<int64_t>(7);
  builder.append_null();
  builder.append<int64_t>(8);
  const Vector column = builder.finish();
  EXPECT_FALSE(column.is_null(0));
  EXPECT_TRUE(column.is_null(1));
  EXPECT_EQ(column.flattened().view<int64_t>()[2], 8);
  EXPECT_TRUE(constant_null(Type::dynamic, 4).is_null(3));
  EXPECT_FALSE(constant_null(Type::string).is_null(0));
}

TEST(Decimal, IsExact) {
  const auto text = [](std::optional<Decimal> d) { return d ? to_string(*d) : std::string("none"); };
  EXPECT_EQ(text(add(*parse_decimal("0.1"), *parse_decimal("0.2"))), "0.3");
  EXPECT_EQ(text(parse_decimal("-1.50e2")), "-150");
  EXPECT_EQ(text(parse_decimal("1e-3")), "0.001");
  EXPECT_EQ(text(divide(*parse_decimal("1"), *parse_decimal("3"))), "0.3333333333333333333333333333333333");
  EXPECT_EQ(text(divide(*parse_decimal("1"), *parse_decimal("0"))), "none");
  EXPECT_EQ(text(multiply(*parse_decimal("1.1"), *parse_decimal("1.1"))), "1.21");
  EXPECT_EQ(text(remainder(*parse_decimal("7.5"), *parse_decimal("2"))), "1.5");
  EXPECT_EQ(text(parse_decimal("12345678901234567890123456789012345")), "none");
  EXPECT_TRUE(compare(*parse_decimal("1.0"), *parse_decimal("1")) == 0);
  EXPECT_TRUE(compare(*parse_decimal("-2"), *parse_decimal("1")) < 0);
}

}  // namespace
}  // namespace vedette::columnar
