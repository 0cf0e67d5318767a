// + - * / % over datetimes and timespans: over their ticks. Source: kusto/query: datetime-timespan-arithmetic.md; the
// official binder's operators (microsoft/Kusto-Query-Language, Operators.cs) have a sum of two datetimes and a part of
// one, as in (t1 + t2) / 2, and remainders, as in t % 1d. A time that does not fit is null, as todatetime() has it.
#include <cmath>

#include "arithmetic.h"
#include "conversion.h"
#include "families.h"
#include "vedette/kql/functions/kernel.h"

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

// A whole number keeps every tick; one with a fraction is calculated with as a real, and what it gives cut to ticks.
template <class Operation, Type Out>
std::optional<int64_t> with_real(int64_t ticks, double number) {
  constexpr double longs_end = 9223372036854775808.0;  // the first real beyond all longs
  const auto fits = [](double value) { return value >= -longs_end && value < longs_end; };
  std::optional<int64_t> out;
  if (fits(number) && std::trunc(number) == number) {
    out = Operation::of(ticks, static_cast<int64_t>(number));
  } else {
    const double value = Operation::of(static_cast<double>(ticks), number);
    if (fits(value)) out = static_cast<int64_t>(value);
  }
  return Out == Type::datetime ? in_calendar(out) : out;
}

template <class Operation, Type Out>
Result<Vector> ticks_and_real(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<int64_t>(Out, arguments, rows, with_real<Operation, Out>);
}
Result<Vector> real_times_span(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<int64_t>(Type::timespan, arguments, rows,
                      [](double number, int64_t span) { return with_real<Multiply, Type::timespan>(span, number); });
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

// A dynamic beside a datetime may be a number, a timespan or a datetime, and the result is of another type for each.
Result<Vector> ambiguous(const CallContext&, std::span<const Vector>, size_t) {
  return base::fail(base::ErrorCode::not_supported,
                    "A dynamic beside a time in '/' and '%' is not supported; convert it first, as in totimespan(…).");
}

constexpr std::string_view rest = "The remainder of a division, never negative.";
constexpr std::string_view multiple = "A multiple of a timespan.";
constexpr std::string_view part = "A part of ticks.";
constexpr std::string_view to_convert = "Refused: a dynamic is to be converted.";

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
    {"*", "(timespan, long) -> timespan", ticks<Multiply, Type::timespan>, multiple},
    {"*", "(long, timespan) -> timespan", ticks<Multiply, Type::timespan>, multiple},
    {"*", "(timespan, real) -> timespan", ticks_and_real<Multiply, Type::timespan>, multiple},
    {"*", "(real, timespan) -> timespan", real_times_span, multiple},
    {"/", "(datetime, dynamic) -> dynamic", ambiguous, to_convert},
    {"/", "(timespan, timespan) -> real", quotient, "How often one timespan goes into another."},
    {"/", "(datetime, timespan) -> real", quotient, "How often a timespan goes into the time since the year 1."},
    {"/", "(timespan, long) -> timespan", ticks<Divide, Type::timespan>, part},
    {"/", "(timespan, real) -> timespan", ticks_and_real<Divide, Type::timespan>, part},
    {"/", "(datetime, long) -> datetime", ticks<Divide, Type::datetime>, part},
    {"/", "(datetime, real) -> datetime", ticks_and_real<Divide, Type::datetime>, part},
    {"%", "(datetime|timespan, dynamic) -> dynamic", ambiguous, to_convert},
    {"%", "(dynamic, timespan) -> dynamic", ambiguous, to_convert},
    {"%", "(timespan, timespan) -> timespan", ticks<Remainder, Type::timespan>, rest},
    {"%", "(datetime, timespan) -> timespan", ticks<Remainder, Type::timespan>, rest},
    {"%", "(timespan, long) -> timespan", ticks<Remainder, Type::timespan>, rest},
};

}  // namespace

std::span<const ScalarFunction> time_arithmetic_functions() { return time_arithmetic_table; }

}  // namespace vedette::kql
