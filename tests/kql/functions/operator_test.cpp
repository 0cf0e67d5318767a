// Operators through the registry: overloads, nulls, overflow.
#include <gtest/gtest.h>

#include "vedette/kql/functions/signature.h"

namespace vedette::kql {
namespace {

using columnar::constant_bool;
using columnar::constant_long;
using columnar::constant_null;
using columnar::constant_real;
using columnar::constant_string;
using columnar::constant_ticks;

// The value of `name(arguments)` as JSON, or "none" when no overload takes arguments of exactly these types.
std::string call(std::string_view name, std::vector<Vector> arguments) {
  std::vector<ArgumentType> types;
  for (const Vector& argument : arguments) types.push_back({argument.type(), false});
  const ScalarOverload overload = resolve_scalar(name, types);
  if (!overload.function || overload.types.argument_types.empty()) return "none";
  const auto result = overload.function->kernel(CallContext{}, arguments, 1);
  if (!result) return result.error().message;
  std::string out;
  columnar::append_json(out, *result, 0);
  return out;
}

TEST(Operators, CompareNullsAsValuesThatNothingEquals) {
  const Vector null = constant_null(Type::long_);
  EXPECT_EQ(call("==", {null, constant_long(5)}), "false");
  EXPECT_EQ(call("!=", {null, constant_long(5)}), "true");
  EXPECT_EQ(call("==", {null, null}), "null");
  EXPECT_EQ(call("<", {null, constant_long(5)}), "null");
  EXPECT_EQ(call("between", {constant_long(5), constant_long(1), constant_long(5)}), "true");
}

TEST(Operators, CompareTextWithAndWithoutCase) {
  EXPECT_EQ(call("==", {constant_string("a"), constant_string("A")}), "false");
  EXPECT_EQ(call("=~", {constant_string("a"), constant_string("A")}), "true");
  EXPECT_EQ(call("in~", {constant_string("a"), constant_string("b"), constant_string("A")}), "true");
  EXPECT_EQ(call("!in", {constant_string("a"), constant_string("b"), constant_string("A")}), "true");
}

TEST(Operators, DecideDespiteNulls) {
  const Vector null = constant_null(Type::bool_);
  EXPECT_EQ(call("and", {null, constant_bool(false)}), "false");
  EXPECT_EQ(call("and", {null, constant_bool(true)}), "null");
  EXPECT_EQ(call("or", {null, constant_bool(true)}), "true");
  EXPECT_EQ(call("not", {null}), "null");
}

TEST(Operators, CalculateWithTimes) {
  const Vector hour = constant_ticks(Type::timespan, base::ticks_per_hour);
  const Vector start = constant_ticks(Type::datetime, base::unix_epoch_ticks);
  EXPECT_EQ(call("+", {start, hour}), "\"1970-01-01T01:00:00.0000000Z\"");
  EXPECT_EQ(call("-", {start, start}), "\"00:00:00\"");
  EXPECT_EQ(call("/", {hour, hour}), "1.0");
  EXPECT_EQ(call("*", {hour, constant_real(2)}), "\"02:00:00\"");
}

TEST(Operators, NeverWrapAround) {
  EXPECT_EQ(call("+", {constant_long(INT64_MAX), constant_long(1)}), "null");
  EXPECT_EQ(call("/", {constant_long(1), constant_long(0)}), "null");
  EXPECT_EQ(call("/", {constant_long(1), constant_long(2)}), "0");
  EXPECT_EQ(call("-", {constant_long(INT64_MIN)}), "null");
}

}  // namespace
}  // namespace vedette::kql
