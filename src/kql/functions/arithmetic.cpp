// + - * / % over numbers. Source: kusto/query: numerical-operators.md. int with int is long. A division by zero of
// integers is null.
#include "arithmetic.h"

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
    {"-", "(long, long) -> long", exact<Subtract, int64_t>, "Difference."},
    {"-", "(dynamic, dynamic) -> dynamic", of_dynamics<Subtract>, "Difference."},
    {"-", "(real, real) -> real", binary<Subtract, double>, "Difference."},
    {"-", "(decimal, decimal) -> decimal", exact<Subtract, Decimal>, "Difference."},
    {"-", "(real|decimal, real|decimal) -> real", mixed<Subtract>, "Difference."},
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
    {"%", "(long, long) -> long", binary<Remainder, int64_t>, "The remainder of a division, never negative."},
    {"%", "(dynamic, dynamic) -> dynamic", of_dynamics<Remainder>, "The remainder of a division, never negative."},
    {"%", "(real, real) -> real", binary<Remainder, double>, "The remainder of a division, never negative."},
    {"%", "(decimal, decimal) -> decimal", binary<Remainder, Decimal>, "The remainder of a division, never negative."},
    {"%", "(real|decimal, real|decimal) -> real", mixed<Remainder>, "The remainder of a division, never negative."},
    {"/", "(long, long) -> long", binary<Divide, int64_t>, "Quotient; of integers without its fraction."},
    {"/", "(dynamic, dynamic) -> dynamic", of_dynamics<Divide>, "Quotient; of integers without its fraction."},
    {"/", "(real, real) -> real", binary<Divide, double>, "Quotient."},
    {"/", "(decimal, decimal) -> decimal", binary<Divide, Decimal>, "Quotient."},
    {"/", "(real|decimal, real|decimal) -> real", mixed<Divide>, "Quotient."},
};

}  // namespace

std::span<const ScalarFunction> arithmetic_functions() { return arithmetic_table; }

}  // namespace vedette::kql
