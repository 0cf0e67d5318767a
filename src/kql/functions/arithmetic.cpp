// + - * / % over numbers, datetimes and timespans. Source: kusto/query, "Numerical operators", "Datetime / timespan
// arithmetic". int with int is long. A result that does not fit, and a division by zero of integers, are null.
#include <cmath>
#include <limits>

#include "calendar.h"
#include "families.h"
#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {
namespace {

using base::Result;
using columnar::Decimal;

struct Add {
  static std::optional<int64_t> of(int64_t a, int64_t b) { return checked_add(a, b); }
  static double of(double a, double b) { return a + b; }
  static std::optional<Decimal> of(const Decimal& a, const Decimal& b) { return columnar::add(a, b); }
};
struct Subtract {
  static std::optional<int64_t> of(int64_t a, int64_t b) { return checked_subtract(a, b); }
  static double of(double a, double b) { return a - b; }
  static std::optional<Decimal> of(const Decimal& a, const Decimal& b) { return columnar::subtract(a, b); }
};
struct Multiply {
  static std::optional<int64_t> of(int64_t a, int64_t b) {
    int64_t out;
    return __builtin_mul_overflow(a, b, &out) ? std::nullopt : std::optional(out);
  }
  static double of(double a, double b) { return a * b; }
  static std::optional<Decimal> of(const Decimal& a, const Decimal& b) { return columnar::multiply(a, b); }
};
struct Divide {
  static std::optional<int64_t> of(int64_t a, int64_t b) {
    if (b == 0 || (a == std::numeric_limits<int64_t>::min() && b == -1)) return std::nullopt;
    return a / b;
  }
  static double of(double a, double b) { return a / b; }
  static std::optional<Decimal> of(const Decimal& a, const Decimal& b) { return columnar::divide(a, b); }
};

// Which sign the remainder of a negative number has is documented nowhere: refused.
Result<Vector> remainder(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  bool negative = false;
  auto result = map<int64_t>(Type::long_, arguments, rows, [&](int64_t a, int64_t b) -> std::optional<int64_t> {
    negative = negative || a < 0 || b < 0;
    if (b == 0) return std::nullopt;
    return b == -1 ? 0 : a % b;
  });
  if (negative)
    return base::fail(base::ErrorCode::not_supported, "The remainder of negative numbers is not supported.");
  return result;
}

template <class Operation, class T>
Result<Vector> binary(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  constexpr Type type = std::is_same_v<T, double>    ? Type::real
                        : std::is_same_v<T, int64_t> ? Type::long_
                                                     : Type::decimal;
  return map<T>(type, arguments, rows, [](const T& a, const T& b) -> std::optional<T> { return Operation::of(a, b); });
}

// Ticks with ticks: the result is a datetime or a timespan.
template <class Operation, Type Out>
Result<Vector> ticks(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<int64_t>(Out, arguments, rows, [](int64_t a, int64_t b) -> std::optional<int64_t> {
    return Out == Type::datetime ? in_calendar(Operation::of(a, b)) : Operation::of(a, b);
  });
}

std::optional<int64_t> scaled(double value) {
  if (!(value > -9.2e18 && value < 9.2e18)) return std::nullopt;
  return static_cast<int64_t>(value);
}

Result<Vector> span_times_real(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<int64_t>(Type::timespan, arguments, rows,
                      [](int64_t span, double factor) { return scaled(static_cast<double>(span) * factor); });
}
Result<Vector> real_times_span(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<int64_t>(Type::timespan, arguments, rows,
                      [](double factor, int64_t span) { return scaled(static_cast<double>(span) * factor); });
}
Result<Vector> span_by_real(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<int64_t>(Type::timespan, arguments, rows,
                      [](int64_t span, double factor) { return scaled(static_cast<double>(span) / factor); });
}
Result<Vector> span_by_span(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<double>(Type::real, arguments, rows,
                     [](int64_t a, int64_t b) { return static_cast<double>(a) / static_cast<double>(b); });
}

template <class T, Type Out>
Result<Vector> negative(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<T>(Out, arguments, rows, [](const T& value) -> std::optional<T> {
    if constexpr (std::is_same_v<T, Decimal>) {
      return Decimal{-value.coefficient, value.scale};
    } else if constexpr (std::is_same_v<T, double>) {
      return -value;
    } else {
      return value == std::numeric_limits<T>::min() ? std::nullopt : std::optional<T>(static_cast<T>(-value));
    }
  });
}

constexpr ScalarFunction table[] = {
    {"+", "(long, long) -> long", binary<Add, int64_t>, "Sum."},
    {"+", "(real, real) -> real", binary<Add, double>, "Sum."},
    {"+", "(decimal, decimal) -> decimal", binary<Add, Decimal>, "Sum."},
    {"+", "(datetime, timespan) -> datetime", ticks<Add, Type::datetime>, "A later time."},
    {"+", "(timespan, datetime) -> datetime", ticks<Add, Type::datetime>, "A later time."},
    {"+", "(timespan, timespan) -> timespan", ticks<Add, Type::timespan>, "Sum of timespans."},
    {"-", "(long, long) -> long", binary<Subtract, int64_t>, "Difference."},
    {"-", "(real, real) -> real", binary<Subtract, double>, "Difference."},
    {"-", "(decimal, decimal) -> decimal", binary<Subtract, Decimal>, "Difference."},
    {"-", "(datetime, datetime) -> timespan", ticks<Subtract, Type::timespan>, "Time between two times."},
    {"-", "(datetime, timespan) -> datetime", ticks<Subtract, Type::datetime>, "An earlier time."},
    {"-", "(timespan, timespan) -> timespan", ticks<Subtract, Type::timespan>, "Difference of timespans."},
    {"-", "(int) -> int", negative<int32_t, Type::int_>, "The negative."},
    {"-", "(long) -> long", negative<int64_t, Type::long_>, "The negative."},
    {"-", "(real) -> real", negative<double, Type::real>, "The negative."},
    {"-", "(decimal) -> decimal", negative<Decimal, Type::decimal>, "The negative."},
    {"-", "(timespan) -> timespan", negative<int64_t, Type::timespan>, "The negative."},
    {"*", "(long, long) -> long", binary<Multiply, int64_t>, "Product."},
    {"*", "(real, real) -> real", binary<Multiply, double>, "Product."},
    {"*", "(decimal, decimal) -> decimal", binary<Multiply, Decimal>, "Product."},
    {"*", "(timespan, real) -> timespan", span_times_real, "A multiple of a timespan."},
    {"*", "(real, timespan) -> timespan", real_times_span, "A multiple of a timespan."},
    {"%", "(long, long) -> long", remainder, "The remainder of a division of integers."},
    {"/", "(long, long) -> long", binary<Divide, int64_t>, "Quotient; of integers without its fraction."},
    {"/", "(real, real) -> real", binary<Divide, double>, "Quotient."},
    {"/", "(decimal, decimal) -> decimal", binary<Divide, Decimal>, "Quotient."},
    {"/", "(timespan, timespan) -> real", span_by_span, "How often one timespan goes into another."},
    {"/", "(timespan, real) -> timespan", span_by_real, "A part of a timespan."},
};

}  // namespace

std::span<const ScalarFunction> arithmetic_functions() { return table; }

}  // namespace vedette::kql
