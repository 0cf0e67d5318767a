// + - * / % over datetimes and timespans: over their ticks. Source: kusto/query: datetime-timespan-arithmetic.md; the
// official binder's operators (microsoft/Kusto-Query-Language, Operators.cs) have a sum of two datetimes and a part of
// one, as in (t1 + t2) / 2, and remainders, as in t % 1d. A result that does not fit is null.
#include "arithmetic.h"
#include "conversion.h"
#include "families.h"
#include "reals.h"

namespace vedette::kql {
namespace {

using base::Result;
using columnar::Dynamic;
using columnar::DynamicKind;

// Of ticks, and of whole numbers, which keep every tick.
template <class Operation, Type Out>
Result<Vector> ticks(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<int64_t>(Out, arguments, rows, [](int64_t a, int64_t b) -> std::optional<int64_t> {
    return Out == Type::datetime ? in_calendar(Operation::of(a, b)) : Operation::of(a, b);
  });
}

template <class Operation, Type Out>
std::optional<int64_t> rounded(double a, double b) {
  const double value = Operation::of(a, b);
  if (!(value > -9.2e18 && value < 9.2e18)) return std::nullopt;
  const auto ticks = static_cast<int64_t>(value);
  return Out == Type::datetime ? in_calendar(ticks) : ticks;
}

// Of ticks and a number with a fraction, on either side.
template <class Operation, Type Out>
Result<Vector> fraction(const CallContext&, std::span<const Vector> given, size_t rows) {
  const std::vector<Vector> arguments = as_reals(given, rows);
  if (arguments.front().type() == Type::real)
    return map<int64_t>(Out, arguments, rows, [](double number, int64_t ticks) {
      return rounded<Operation, Out>(number, static_cast<double>(ticks));
    });
  return map<int64_t>(Out, arguments, rows, [](int64_t ticks, double number) {
    return rounded<Operation, Out>(static_cast<double>(ticks), number);
  });
}

Result<Vector> quotient(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<double>(Type::real, arguments, rows,
                     [](int64_t a, int64_t b) { return static_cast<double>(a) / static_cast<double>(b); });
}

// A dynamic beside a timespan is a timespan. Where it holds a datetime, that would be null.
template <class Operation, size_t Value>
Result<Vector> span_of_dynamic(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  bool is_date = false;
  const auto span_of = [&](const Dynamic& value) {
    const auto ticks = timespan_ticks_of(value);
    is_date = is_date || value.kind() == DynamicKind::datetime ||
              (!ticks && value.kind() == DynamicKind::string && base::parse_date_time(value.text()));
    return ticks;
  };
  const auto of_row = [&](const Dynamic& value, int64_t span) -> std::optional<int64_t> {
    const auto ticks = span_of(value);
    if (!ticks) return std::nullopt;
    return Value == 0 ? Operation::of(*ticks, span) : Operation::of(span, *ticks);
  };
  auto result = Value == 0 ? map<int64_t>(Type::timespan, arguments, rows, of_row)
                           : map<int64_t>(Type::timespan, arguments, rows,
                                          [&](int64_t span, const Dynamic& value) { return of_row(value, span); });
  if (is_date)
    return base::fail(base::ErrorCode::not_supported,
                      "A dynamic beside a timespan is a timespan, and holds a datetime; convert it: todatetime(…).");
  return result;
}

Result<Vector> without_meaning(const CallContext&, std::span<const Vector>, size_t) {
  return base::fail(base::ErrorCode::not_supported,
                    "A product of timespans, and a datetime taken from a timespan, are not supported.");
}

constexpr std::string_view rest = "The remainder of a division, never negative.";
constexpr std::string_view multiple = "A multiple of ticks.";
constexpr std::string_view part = "A part of ticks.";

constexpr ScalarFunction time_arithmetic_table[] = {
    {"+", "(dynamic, timespan) -> timespan", span_of_dynamic<Add, 0>, "Sum of timespans."},
    {"+", "(timespan, dynamic) -> timespan", span_of_dynamic<Add, 1>, "Sum of timespans."},
    {"+", "(timespan, timespan) -> timespan", ticks<Add, Type::timespan>, "Sum of timespans."},
    {"+", "(datetime, timespan) -> datetime", ticks<Add, Type::datetime>, "A later time."},
    {"+", "(timespan, datetime) -> datetime", ticks<Add, Type::datetime>, "A later time."},
    {"+", "(datetime, datetime) -> datetime", ticks<Add, Type::datetime>, "Sum of ticks: (t1 + t2) / 2 lies between."},
    {"-", "(datetime, datetime) -> timespan", ticks<Subtract, Type::timespan>, "Time between two times."},
    {"-", "(dynamic, timespan) -> timespan", span_of_dynamic<Subtract, 0>, "Difference of timespans."},
    {"-", "(timespan, dynamic) -> timespan", span_of_dynamic<Subtract, 1>, "Difference of timespans."},
    {"-", "(timespan, timespan) -> timespan", ticks<Subtract, Type::timespan>, "Difference of timespans."},
    {"-", "(datetime, timespan) -> datetime", ticks<Subtract, Type::datetime>, "An earlier time."},
    {"-", "(timespan, datetime) -> datetime", without_meaning, "Refused."},
    {"*", "(timespan, long) -> timespan", ticks<Multiply, Type::timespan>, multiple},
    {"*", "(long, timespan) -> timespan", ticks<Multiply, Type::timespan>, multiple},
    {"*", "(timespan, real|decimal) -> timespan", fraction<Multiply, Type::timespan>, multiple},
    {"*", "(real|decimal, timespan) -> timespan", fraction<Multiply, Type::timespan>, multiple},
    {"*", "(timespan, timespan) -> timespan", without_meaning, "Refused."},
    {"*", "(datetime, long) -> datetime", ticks<Multiply, Type::datetime>, multiple},
    {"*", "(long, datetime) -> datetime", ticks<Multiply, Type::datetime>, multiple},
    {"*", "(datetime, real|decimal) -> datetime", fraction<Multiply, Type::datetime>, multiple},
    {"*", "(real|decimal, datetime) -> datetime", fraction<Multiply, Type::datetime>, multiple},
    {"/", "(timespan, timespan) -> real", quotient, "How often one timespan goes into another."},
    {"/", "(datetime, timespan) -> real", quotient, "How often a timespan goes into the time since the year 1."},
    {"/", "(datetime, datetime) -> real", quotient, "A quotient of ticks."},
    {"/", "(timespan, long) -> timespan", ticks<Divide, Type::timespan>, part},
    {"/", "(timespan, real|decimal) -> timespan", fraction<Divide, Type::timespan>, part},
    {"/", "(datetime, long) -> datetime", ticks<Divide, Type::datetime>, part},
    {"/", "(datetime, real|decimal) -> datetime", fraction<Divide, Type::datetime>, part},
    {"%", "(timespan, timespan) -> timespan", ticks<Remainder, Type::timespan>, rest},
    {"%", "(datetime, timespan) -> timespan", ticks<Remainder, Type::timespan>, rest},
    {"%", "(datetime, datetime) -> timespan", ticks<Remainder, Type::timespan>, rest},
    {"%", "(timespan, long) -> timespan", ticks<Remainder, Type::timespan>, rest},
    {"%", "(timespan, real|decimal) -> timespan", fraction<Remainder, Type::timespan>, rest},
    {"%", "(datetime, long) -> datetime", ticks<Remainder, Type::datetime>, rest},
    {"%", "(datetime, real|decimal) -> datetime", fraction<Remainder, Type::datetime>, rest},
};

}  // namespace

std::span<const ScalarFunction> time_arithmetic_functions() { return time_arithmetic_table; }

}  // namespace vedette::kql
