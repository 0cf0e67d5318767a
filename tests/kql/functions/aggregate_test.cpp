#include <algorithm>

#include "call.h"

namespace vedette::kql::testing {
namespace {

Vector longs(std::vector<std::optional<int64_t>> values) {
  columnar::VectorBuilder out(Type::long_);
  for (const auto& value : values) value ? out.append<int64_t>(*value) : out.append_null();
  return out.finish();
}
Vector texts(std::vector<std::string_view> values) {
  columnar::VectorBuilder out(Type::string);
  for (const auto& value : values) out.append_copy(value);
  return out.finish();
}
Vector bools(std::vector<int> values) {
  columnar::VectorBuilder out(Type::bool_);
  for (const int value : values) out.append<uint8_t>(value != 0);
  return out.finish();
}
Vector dynamics(std::vector<std::string_view> values) {
  columnar::VectorBuilder out(Type::dynamic);
  columnar::DynamicParser parser;
  for (const auto& value : values) out.append<columnar::Dynamic>(*parser.parse(value, out.arena()));
  return out.finish();
}

const auto null = std::nullopt;

TEST(Aggregates, SkipNulls) {
  const Vector x = longs({1, null, 3, null});
  const std::vector<uint32_t> groups{0, 0, 0, 1};
  EXPECT_EQ(aggregate("sum", {x}, groups), "4 0");
  EXPECT_EQ(aggregate("avg", {x}, groups), "2.0 \"NaN\"");
  EXPECT_EQ(aggregate("min", {x}, groups), "1 null");
  EXPECT_EQ(aggregate("max", {x}, groups), "3 null");
  EXPECT_EQ(aggregate("dcount", {x}, groups), "2 0");
  EXPECT_EQ(aggregate("make_list", {x}, groups), "[1,3] []");
  EXPECT_EQ(aggregate("make_list_with_nulls", {x}, {0, 0, 0, 0}), "[1,3,null,null]");
  EXPECT_EQ(aggregate("variance", {x}, groups), "2.0 0.0");
  EXPECT_EQ(aggregate("percentile", {x}, groups, {number(50)}), "1 null");
}

TEST(Aggregates, OfNothing) {
  EXPECT_EQ(aggregate("count", {}, {}), "0");
  EXPECT_EQ(aggregate("make_set", {longs({})}, {}), "[]");
  EXPECT_EQ(aggregate("make_bag", {dynamics({})}, {}), "[]");
  EXPECT_EQ(aggregate("take_any", {longs({})}, {}), "null");
  EXPECT_EQ(aggregate("arg_max", {longs({}), texts({})}, {}), "null|\"\"");
  EXPECT_EQ(aggregate("stdev", {longs({})}, {}), "0.0");
}

TEST(Aggregates, KeepWholeRows) {
  const Vector x = longs({1, 5, null, null, 4, 5});
  const Vector s = texts({"a", "b", "c", "d", "e", "f"});
  const std::vector<uint32_t> groups{0, 0, 1, 1, 2, 2};
  EXPECT_EQ(aggregate("arg_max", {x, s}, groups), R"(5|"b" null|"c" 5|"f")");
  EXPECT_EQ(aggregate("arg_min", {x, s}, groups), R"(1|"a" null|"c" 4|"e")");
  EXPECT_EQ(aggregate("arg_max", {s, x}, groups), R"("b"|5 "d"|null "f"|5)");
  EXPECT_EQ(aggregate("take_any", {texts({"", "b", "c"})}, {0, 0, 1}), R"("b" "c")");
  EXPECT_EQ(aggregate("take_anyif", {s, bools({0, 0, 0, 1, 1, 1})}, groups), R"("" "d" "e")");
  EXPECT_EQ(aggregate("max", {s}, groups), R"("b" "d" "f")");
}

TEST(Aggregates, KeepTheirRowsThroughManyBatches) {
  auto accumulator = *find_aggregate("arg_max").front().create({{Type::string}, {Vector()}, {Type::string}});
  const std::vector<uint32_t> groups{0, 1, 0};
  for (int i = 1000; i < 4000; ++i) {
    const Vector values = texts({std::to_string(i), std::to_string(10000 - i), "0"});
    ASSERT_TRUE(accumulator->update({}, {&values, 1}, groups, 2).has_value());
  }
  EXPECT_LT(accumulator->held_bytes(), 200'000);
  const auto result = accumulator->finish({}, 2);
  EXPECT_EQ((*result)[0].view<std::string_view>()[0], "3999");
  EXPECT_EQ((*result)[0].view<std::string_view>()[1], "9000");
}

TEST(Aggregates, CollectValues) {
  const Vector s = texts({"a", "b", "a", "c"});
  EXPECT_EQ(aggregate("make_set", {s}, {0, 0, 0, 0}), R"(["a","b","c"])");
  EXPECT_EQ(aggregate("make_set", {s}, {0, 0, 0, 0}, {number(2)}), R"(["a","b"])");
  EXPECT_EQ(aggregate("make_set_if", {s, bools({0, 1, 1, 1})}, {0, 0, 0, 1}), R"(["a","b"] ["c"])");
  EXPECT_EQ(aggregate("make_set", {dynamics({"[1,2]", "[2,3]", "4"})}, {0, 0, 0}), "[1,2,4,3]");
  EXPECT_EQ(aggregate("make_list", {dynamics({"[1,2]", "null", "[[3]]"})}, {0, 0, 0}), "[1,2,[3]]");
  EXPECT_EQ(aggregate("make_bag", {dynamics({R"({"a":1})", R"({"b":2})", R"({"a":3})", "5"})}, {0, 0, 0, 0}),
            R"({"a":1,"b":2})");
  EXPECT_EQ(aggregate("count_distinct", {s}, {0, 0, 0, 1}), "2 1");
  EXPECT_EQ(aggregate("dcountif", {s, bools({1, 0, 1, 1})}, {0, 0, 0, 0}), "2");
}

TEST(Aggregates, MeasureSpreadAndRank) {
  const Vector x = longs({5, 3, 1, 2, 4});
  const std::vector<uint32_t> all(5, 0);
  EXPECT_EQ(aggregate("variance", {x}, all), "2.5");
  EXPECT_EQ(aggregate("variancep", {x}, all), "2.0");
  EXPECT_EQ(aggregate("stdevp", {x}, all).substr(0, 12), "1.4142135623");
  EXPECT_EQ(aggregate("covariancep", {x, x}, all), "2.0");
  EXPECT_EQ(aggregate("percentile", {x}, all, {number(50)}), "3");
  EXPECT_EQ(aggregate("percentile", {x}, all, {number(0)}), "1");
  EXPECT_EQ(aggregate("percentile", {x}, all, {real(99.9)}), "5");
  EXPECT_EQ(aggregate("percentilesw_array", {longs({10, 20, 30, 40}), longs({8, 6, 3, 1})}, {0, 0, 0, 0},
                      {json("[50,75,99.9]")}),
            "[20,20,40]");
  EXPECT_NE(aggregate("percentile", {x}, all, {number(101)}).find("from 0 to 100"), std::string::npos);
  EXPECT_EQ(aggregate("binary_all_and", {longs({6, 3})}, {0, 0}), "2");
}

TEST(Aggregates, NeverWrapAround) {
  EXPECT_NE(aggregate("sum", {longs({INT64_MAX, 1})}, {0, 0}).find("does not fit"), std::string::npos);
}

}  // namespace
}  // namespace vedette::kql::testing
