// + - * / % over numbers, datetimes and timespans. Source: kusto/query, "Numerical operators", "Datetime / timespan
// arithmetic". int with int is long. A result that does not fit, and a division by zero of integers, are null.
#include <cmath>
#include <limits>

#include "calendar.h"
#include "conversion.h"
#include "dynamic_number.h"
#include "dynamic_rows.h"
#include "families.h"
#include "reals.h"
#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {
namespace {

using base::Result;
using columnar::Decimal;
using columnar::Dynamic;
using columnar::DynamicKind;

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
  static std::optional<int64_t> of(int64_t a, int64_t b) { return checked_multiply(a, b); }
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

// "The modulo of two numbers always returns in Kusto a small non-negative number": 0 <= N % D < abs(D)
// (numerical-operators.md).
struct Remainder {
  static std::optional<int64_t> of(int64_t a, int64_t b) {
    if (b == 0) return std::nullopt;
    if (b == -1) return 0;
    const int64_t rest = a % b;
    return rest >= 0 ? rest : b > 0 ? rest + b : rest - b;
  }
  static double of(double a, double b) {
    const double rest = std::fmod(a, b);
    return rest >= 0 || std::isnan(rest) ? rest : rest + std::fabs(b);
  }
  static std::optional<Decimal> of(const Decimal& a, const Decimal& b) {
    const auto rest = columnar::remainder(a, b);
    if (!rest || rest->coefficient >= 0) return rest;
    return b.coefficient > 0 ? columnar::add(*rest, b) : columnar::subtract(*rest, b);
  }
};

template <class T>
constexpr Type type_of() {
  return std::is_same_v<T, double> ? Type::real : std::is_same_v<T, int64_t> ? Type::long_ : Type::decimal;
}

template <class Operation, class T>
Result<Vector> binary(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<T>(type_of<T>(), arguments, rows,
                [](const T& a, const T& b) -> std::optional<T> { return Operation::of(a, b); });
}

// A decimal with a real gives a real.
template <class Operation>
Result<Vector> mixed(const CallContext& context, std::span<const Vector> arguments, size_t rows) {
  return binary<Operation, double>(context, as_reals(arguments, rows), rows);
}

// "The overflow usually leads to a partial query failure" (kusto/concepts/overflow.md): the query fails, and no row
// goes on with a value that wrapped around.
base::Error does_not_fit(Type type) {
  return base::fail(base::ErrorCode::limit_exceeded,
                    "The result of a calculation does not fit into a " + std::string(columnar::to_string(type)) + ".");
}

template <class Operation, class T>
Result<Vector> exact(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  bool overflows = false;
  auto result = map<T>(type_of<T>(), arguments, rows, [&](const T& a, const T& b) -> std::optional<T> {
    const std::optional<T> value = Operation::of(a, b);
    overflows = overflows || !value;
    return value;
  });
  if (overflows) return does_not_fit(type_of<T>());
  return result;
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

// Whole factors keep every tick.
Result<Vector> span_times_long(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<int64_t>(Type::timespan, arguments, rows, [](int64_t a, int64_t b) { return Multiply::of(a, b); });
}
Result<Vector> span_by_long(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<int64_t>(Type::timespan, arguments, rows,
                      [](int64_t span, int64_t count) { return Divide::of(span, count); });
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

bool is_time(const Dynamic& value) {
  return value.kind() == DynamicKind::datetime || value.kind() == DynamicKind::timespan;
}

// Of two dynamics, the numbers in them: whole when both are.
template <class Operation>
Result<Vector> of_dynamics(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  constexpr bool divides = std::is_same_v<Operation, Divide> || std::is_same_v<Operation, Remainder>;
  bool times = false, fits = true;
  auto result = dynamic_rows(arguments, rows, [&](columnar::Arena&, size_t row) {
    const Dynamic left = dynamic_at(arguments.front(), row), right = dynamic_at(arguments.back(), row);
    times = times || is_time(left) || is_time(right);
    const auto a = held_number(left), b = held_number(right);
    if (!a || !b) return Dynamic();
    if (a->is_real || b->is_real) return Dynamic::of(Operation::of(a->real, b->real));
    const auto whole = Operation::of(a->whole, b->whole);
    fits = fits && (divides || whole);
    return whole ? Dynamic::of(*whole) : Dynamic();
  });
  if (times)
    return base::fail(base::ErrorCode::not_supported,
                      "Arithmetic of two dynamics with a time is not supported; convert them first.");
  if (!fits) return does_not_fit(Type::long_);
  return result;
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

struct Negate {
  static std::optional<int64_t> of(int64_t, int64_t b) { return Subtract::of(int64_t{0}, b); }
  static double of(double, double b) { return -b; }
};

template <class T, Type Out>
Result<Vector> negative(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  bool overflows = false;
  auto result = map<T>(Out, arguments, rows, [&](const T& value) -> T {
    if constexpr (std::is_same_v<T, Decimal>) {
      return Decimal{-value.coefficient, value.scale};
    } else if constexpr (std::is_same_v<T, double>) {
      return -value;
    } else {
      const bool least = value == std::numeric_limits<T>::min();
      overflows = overflows || least;
      return least ? value : static_cast<T>(-value);
    }
  });
  if (overflows) return does_not_fit(Out);
  return result;
}

constexpr ScalarFunction arithmetic_table[] = {
    {"+", "(long, long) -> long", exact<Add, int64_t>, "Sum."},
    {"+", "(dynamic, dynamic) -> dynamic", of_dynamics<Add>, "Sum."},
    {"+", "(real, real) -> real", binary<Add, double>, "Sum."},
    {"+", "(decimal, decimal) -> decimal", exact<Add, Decimal>, "Sum."},
    {"+", "(real|decimal, real|decimal) -> real", mixed<Add>, "Sum."},
    {"+", "(dynamic, timespan) -> timespan", span_of_dynamic<Add, 0>, "Sum of timespans."},
    {"+", "(timespan, dynamic) -> timespan", span_of_dynamic<Add, 1>, "Sum of timespans."},
    {"+", "(timespan, timespan) -> timespan", ticks<Add, Type::timespan>, "Sum of timespans."},
    {"+", "(datetime, timespan) -> datetime", ticks<Add, Type::datetime>, "A later time."},
    {"+", "(timespan, datetime) -> datetime", ticks<Add, Type::datetime>, "A later time."},
    {"-", "(long, long) -> long", exact<Subtract, int64_t>, "Difference."},
    {"-", "(dynamic, dynamic) -> dynamic", of_dynamics<Subtract>, "Difference."},
    {"-", "(real, real) -> real", binary<Subtract, double>, "Difference."},
    {"-", "(decimal, decimal) -> decimal", exact<Subtract, Decimal>, "Difference."},
    {"-", "(real|decimal, real|decimal) -> real", mixed<Subtract>, "Difference."},
    {"-", "(datetime, datetime) -> timespan", ticks<Subtract, Type::timespan>, "Time between two times."},
    {"-", "(dynamic, timespan) -> timespan", span_of_dynamic<Subtract, 0>, "Difference of timespans."},
    {"-", "(timespan, dynamic) -> timespan", span_of_dynamic<Subtract, 1>, "Difference of timespans."},
    {"-", "(timespan, timespan) -> timespan", ticks<Subtract, Type::timespan>, "Difference of timespans."},
    {"-", "(datetime, timespan) -> datetime", ticks<Subtract, Type::datetime>, "An earlier time."},
    {"-", "(int) -> int", negative<int32_t, Type::int_>, "The negative."},
    {"-", "(dynamic) -> dynamic", of_dynamics<Negate>, "The negative."},
    {"-", "(long) -> long", negative<int64_t, Type::long_>, "The negative."},
    {"-", "(real) -> real", negative<double, Type::real>, "The negative."},
    {"-", "(decimal) -> decimal", negative<Decimal, Type::decimal>, "The negative."},
    {"-", "(timespan) -> timespan", negative<int64_t, Type::timespan>, "The negative."},
    {"*", "(long, long) -> long", exact<Multiply, int64_t>, "Product."},
    {"*", "(dynamic, dynamic) -> dynamic", of_dynamics<Multiply>, "Product."},
    {"*", "(real, real) -> real", binary<Multiply, double>, "Product."},
    {"*", "(decimal, decimal) -> decimal", exact<Multiply, Decimal>, "Product."},
    {"*", "(real|decimal, real|decimal) -> real", mixed<Multiply>, "Product."},
    {"*", "(timespan, long) -> timespan", span_times_long, "A multiple of a timespan."},
    {"*", "(long, timespan) -> timespan", span_times_long, "A multiple of a timespan."},
    {"*", "(timespan, real) -> timespan", span_times_real, "A multiple of a timespan."},
    {"*", "(real, timespan) -> timespan", real_times_span, "A multiple of a timespan."},
    {"%", "(long, long) -> long", binary<Remainder, int64_t>, "The remainder of a division, never negative."},
    {"%", "(dynamic, dynamic) -> dynamic", of_dynamics<Remainder>, "The remainder of a division, never negative."},
    {"%", "(decimal, decimal) -> decimal", binary<Remainder, Decimal>, "The remainder of a division, never negative."},
    {"%", "(real, real) -> real", binary<Remainder, double>, "The remainder of a division, never negative."},
    {"/", "(long, long) -> long", binary<Divide, int64_t>, "Quotient; of integers without its fraction."},
    {"/", "(dynamic, dynamic) -> dynamic", of_dynamics<Divide>, "Quotient; of integers without its fraction."},
    {"/", "(real, real) -> real", binary<Divide, double>, "Quotient."},
    {"/", "(decimal, decimal) -> decimal", binary<Divide, Decimal>, "Quotient."},
    {"/", "(real|decimal, real|decimal) -> real", mixed<Divide>, "Quotient."},
    {"/", "(timespan, timespan) -> real", span_by_span, "How often one timespan goes into another."},
    {"/", "(timespan, long) -> timespan", span_by_long, "A part of a timespan."},
    {"/", "(timespan, real) -> timespan", span_by_real, "A part of a timespan."},
};

}  // namespace

std::span<const ScalarFunction> arithmetic_functions() { return arithmetic_table; }

}  // namespace vedette::kql
