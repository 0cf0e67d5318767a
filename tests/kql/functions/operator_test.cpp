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
  const std::string_view overflow = "The result of a calculation does not fit into a long.";
  EXPECT_EQ(call("+", {constant_long(INT64_MAX), constant_long(1)}), overflow);
  EXPECT_EQ(call("/", {constant_long(1), constant_long(0)}), "null");
  EXPECT_EQ(call("/", {constant_long(1), constant_long(2)}), "0");
  EXPECT_EQ(call("-", {constant_long(INT64_MIN)}), overflow);
}

TEST(Operators, FindWholeTerms) {
  const Vector text = constant_string("KustoExplorerQueryRun -enc C:\\Temp\\evil.exe");
  EXPECT_EQ(call("has", {text, constant_string("Explorer")}), "false");
  EXPECT_EQ(call("contains", {text, constant_string("explorer")}), "true");
  EXPECT_EQ(call("has", {text, constant_string("TEMP\\evil")}), "true");
  EXPECT_EQ(call("has", {text, constant_string("-enc")}), "true");
  EXPECT_EQ(call("has_cs", {text, constant_string("temp")}), "false");
  EXPECT_EQ(call("hasprefix", {text, constant_string("kusto")}), "true");
  EXPECT_EQ(call("hassuffix", {text, constant_string("kusto")}), "false");
  EXPECT_EQ(call("!endswith", {text, constant_string(".EXE")}), "false");
  EXPECT_EQ(call("has_all", {text, constant_string("enc"), constant_string("exe")}), "true");
  EXPECT_EQ(call("has_any", {text, constant_string("x"), constant_string("y")}), "false");
}

TEST(Operators, ChooseAndTestForNothing) {
  EXPECT_EQ(call("iff", {constant_null(Type::bool_), constant_long(1), constant_long(2)}), "2");
  EXPECT_EQ(call("coalesce", {constant_string(""), constant_string("b")}), "\"b\"");
  EXPECT_EQ(call("isnull", {constant_string("")}), "false");
  EXPECT_EQ(call("isempty", {constant_string("")}), "true");
}

TEST(Conversions, GiveNullForWhatTheyCannotRead) {
  EXPECT_EQ(call("tolong", {constant_string(" 0x1F ")}), "31");
  EXPECT_EQ(call("tolong", {constant_string("1.5")}), "null");
  EXPECT_EQ(call("toint", {constant_long(INT64_MAX)}), "null");
  EXPECT_EQ(call("toreal", {constant_string("1e3")}), "1000.0");
  EXPECT_EQ(call("todatetime", {constant_string("2024-02-30")}), "null");
  EXPECT_EQ(call("totimespan", {constant_string("1.02:03:04.5")}), "\"1.02:03:04.5000000\"");
  EXPECT_EQ(call("tostring", {constant_null(Type::long_)}), "\"\"");
  EXPECT_EQ(call("bin", {constant_long(-7), constant_long(5)}), "-10");
}

TEST(Strings, CountCodePoints) {
  const Vector text = constant_string("h\u00e9llo");
  EXPECT_EQ(call("strlen", {text}), "5");
  EXPECT_EQ(call("string_size", {text}), "6");
  EXPECT_EQ(call("substring", {text, constant_long(1), constant_long(3)}), "\"\u00e9ll\"");
  EXPECT_EQ(call("substring", {text, constant_long(-2)}), "\"lo\"");
  EXPECT_EQ(call("toupper", {constant_string("aZ1")}), "\"AZ1\"");
  EXPECT_EQ(call("toupper", {text}), "\"H\u00c9LLO\"");
  EXPECT_EQ(call("replace_string", {constant_string("aXbX"), constant_string("X"), constant_string("-")}), "\"a-b-\"");
  EXPECT_EQ(call("strcat", {constant_string("a"), constant_string("b")}), "\"ab\"");
}

TEST(Operators, RefuseTheRemainderOfNegatives) {
  EXPECT_EQ(call("%", {constant_long(7), constant_long(3)}), "1");
  EXPECT_EQ(call("%", {constant_long(7), constant_long(0)}), "null");
  EXPECT_EQ(call("%", {constant_long(-7), constant_long(3)}), "2");
}

TEST(Arrays, RangeEndsAtItsLimit) {
  EXPECT_EQ(call("range", {constant_long(1), constant_long(7), constant_long(3)}), "[1,4,7]");
  EXPECT_EQ(call("range", {constant_long(3), constant_long(1), constant_long(-1)}), "[3,2,1]");
  EXPECT_EQ(call("range", {constant_long(1), constant_long(2), constant_long(0)}), "[]");
  const Vector endless = constant_long(INT64_MAX);
  const auto range = find_scalar("range").front().kernel;
  const auto length = find_scalar("array_length").front().kernel;
  for (const int64_t from : {int64_t{0}, INT64_MIN}) {
    const std::vector<Vector> ends = {constant_long(from), endless};
    const std::vector<Vector> array = {range(CallContext{}, ends, 1).value()};
    EXPECT_EQ(length(CallContext{}, array, 1).value().view<int64_t>()[0], 1'048'576) << from;
  }
}

TEST(Times, OutsideTheCalendarAreNull) {
  const Vector least = constant_ticks(Type::timespan, INT64_MIN), most = constant_ticks(Type::timespan, INT64_MAX);
  for (const Vector& span : {least, most}) {
    EXPECT_EQ(call("ago", {span}), "null");
    EXPECT_EQ(call("now", {span}), "null");
  }
}

TEST(Random, DiffersByRowAndStaysBelowOne) {
  const auto values = find_scalar("rand").front().kernel(CallContext{}, {}, 2).value();
  const auto view = values.view<double>();
  EXPECT_NE(view[0], view[1]);
  for (size_t row = 0; row < 2; ++row) EXPECT_TRUE(view[row] >= 0 && view[row] < 1);
}

}  // namespace
}  // namespace vedette::kql
