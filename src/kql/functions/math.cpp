// Functions of real numbers, rounding, and tests of reals. Source: kusto/query, the page of each function.
#include <cmath>
#include <numbers>
#include <random>

#include "calendar.h"
#include "families.h"
#include "reals.h"
#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {
namespace {

using base::Result;

std::mt19937_64& random_engine() {
  thread_local std::mt19937_64 engine{std::random_device{}()};
  return engine;
}

Result<Vector> random_real(const CallContext&, std::span<const Vector>, size_t rows) {
  std::uniform_real_distribution<double> between_0_and_1;
  columnar::VectorBuilder out(Type::real);
  auto* values = out.resize<double>(rows);
  for (size_t row = 0; row < rows; ++row) values[row] = between_0_and_1(random_engine());
  return out.finish();
}

// "A uniform distribution from the set {0.0, 1.0, ..., N - 1}."
Result<Vector> random_whole(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  bool empty = false;
  auto result = map<double>(Type::real, arguments, rows, [&](int64_t count) {
    empty = empty || count < 1;
    return count < 1 ? 0.0 : static_cast<double>(std::uniform_int_distribution<int64_t>(0, count - 1)(random_engine()));
  });
  if (empty) return base::fail(base::ErrorCode::not_supported, "rand() of a number below 1 is not supported.");
  return result;
}

Result<Vector> pi(const CallContext&, std::span<const Vector>, size_t rows) {
  return columnar::constant_real(std::numbers::pi, rows);
}

template <double (*F)(double)>
Result<Vector> real(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<double>(Type::real, as_reals(arguments, rows), rows, [](double value) { return F(value); });
}

// Null where the real numbers have no answer; NaN stays NaN.
template <double (*F)(double), bool (*Defined)(double)>
Result<Vector> partial(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<double>(Type::real, as_reals(arguments, rows), rows, [](double value) -> std::optional<double> {
    if (!std::isnan(value) && !Defined(value)) return std::nullopt;
    return F(value);
  });
}
bool not_negative(double value) { return value >= 0; }
bool at_most_one(double value) { return value >= -1 && value <= 1; }

template <double (*F)(double, double)>
Result<Vector> real_of_two(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<double>(Type::real, as_reals(arguments, rows), rows, [](double a, double b) { return F(a, b); });
}

template <bool (*Test)(double)>
Result<Vector> test(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<uint8_t>(Type::bool_, arguments, rows, [](double value) -> uint8_t { return Test(value); });
}

double exp10_of(double value) { return std::pow(10, value); }
double cot_of(double value) { return 1 / std::tan(value); }
double degrees_of(double radians) { return radians * (180 / std::numbers::pi); }
double radians_of(double degrees) { return degrees * (std::numbers::pi / 180); }
double sign_of(double value) { return value > 0 ? 1 : value < 0 ? -1 : value; }
double log_gamma_of(double value) {
  int sign;
  return lgamma_r(value, &sign);  // std::lgamma writes a global
}
bool is_nan(double value) { return std::isnan(value); }
bool is_infinite(double value) { return std::isinf(value); }
bool is_finite(double value) { return std::isfinite(value); }

// Halves go away from zero.
Result<Vector> round_to_whole(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<double>(Type::real, arguments, rows, [](double value) { return std::round(value); });
}

// The value is scaled first: 2.15, a bit less in binary, rounds to 2.2.
Result<Vector> round_real(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<double>(Type::real, arguments, rows, [](double value, int64_t digits) {
    if (digits > 300 || !std::isfinite(value)) return value;
    if (digits < -300) return 0.0;
    const double scale = std::pow(10, static_cast<double>(digits < 0 ? -digits : digits));
    if (digits < 0) return std::round(value / scale) * scale;
    const double scaled = value * scale;
    return std::isfinite(scaled) ? std::round(scaled) / scale : value;
  });
}

std::optional<int64_t> rounded(int64_t value, int64_t digits) {
  if (digits >= 0) return value;
  if (digits < -18) return 0;
  int64_t scale = 1;
  for (; digits < 0; ++digits) scale *= 10;
  const int64_t rest = value % scale;
  const int64_t cut = value - rest;
  if (rest >= scale - scale / 2) return checked_add(cut, scale);
  if (-rest >= scale - scale / 2) return checked_subtract(cut, scale);
  return cut;
}

Result<Vector> round_whole(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<int64_t>(Type::long_, arguments, rows,
                      [](int64_t value, int64_t digits) { return rounded(value, digits); });
}

Result<Vector> round_int(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  bool fits = true;
  auto result = map<int32_t>(Type::int_, arguments, rows, [&](int32_t value, int64_t digits) {
    const auto whole = rounded(int64_t{value}, digits);
    fits = fits && whole && *whole >= INT32_MIN && *whole <= INT32_MAX;
    return fits ? static_cast<int32_t>(*whole) : 0;
  });
  if (!fits) return base::fail(base::ErrorCode::limit_exceeded, "The result of round() does not fit into an int.");
  return result;
}

std::optional<columnar::Decimal> rounded(const columnar::Decimal& value, int64_t digits) {
  using columnar::Decimal;
  if (digits >= value.scale) return value;
  if (digits < -33) return Decimal{};
  Decimal unit{1, 0};
  if (digits > 0) unit.scale = static_cast<int32_t>(digits);
  for (; digits < 0; ++digits) unit.coefficient *= 10;
  auto rest = columnar::remainder(value, unit);
  const auto cut = rest ? columnar::subtract(value, *rest) : std::nullopt;
  if (!cut) return std::nullopt;
  const bool negative = rest->coefficient < 0;
  if (negative) rest->coefficient = -rest->coefficient;
  const auto twice = columnar::add(*rest, *rest);
  if (!twice || columnar::compare(*twice, unit) < 0) return cut;
  return negative ? columnar::subtract(*cut, unit) : columnar::add(*cut, unit);
}

Result<Vector> round_decimal(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  using columnar::Decimal;
  if (arguments.size() == 1)
    return map<Decimal>(Type::decimal, arguments, rows, [](const Decimal& value) { return rounded(value, 0); });
  return map<Decimal>(Type::decimal, arguments, rows,
                      [](const Decimal& value, int64_t digits) { return rounded(value, digits); });
}

template <Type Out>
Result<Vector> absolute_whole(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<int64_t>(Out, arguments, rows, [](int64_t value) -> std::optional<int64_t> {
    return value < 0 ? checked_subtract(0, value) : value;
  });
}

Result<Vector> absolute_decimal(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<columnar::Decimal>(Type::decimal, arguments, rows, [](const columnar::Decimal& value) {
    return columnar::Decimal{value.coefficient < 0 ? -value.coefficient : value.coefficient, value.scale};
  });
}

constexpr std::string_view signature = "(real|decimal) -> real";
constexpr ScalarFunction math_table[] = {
    {"rand", "() -> real", random_real, "A random number from 0 to 1, another for each row.", Determinism::per_row},
    {"rand", "(long) -> real", random_whole, "A random whole number below another.", Determinism::per_row},
    {"pi", "() -> real", pi, "The ratio of a circle's circumference to its diameter."},
    {"abs", "(long) -> long", absolute_whole<Type::long_>, "The value without its sign."},
    {"abs", "(real) -> real", real<std::fabs>, "The value without its sign."},
    {"abs", "(decimal) -> decimal", absolute_decimal, "The value without its sign."},
    {"abs", "(timespan) -> timespan", absolute_whole<Type::timespan>, "The value without its sign."},
    {"sign", signature, real<sign_of>, "1, 0 or -1 for a positive number, zero or a negative one."},
    {"sqrt", signature, partial<std::sqrt, not_negative>, "The square root; null of negative numbers."},
    {"exp", signature, real<std::exp>, "e to the power of a number."},
    {"exp2", signature, real<std::exp2>, "2 to the power of a number."},
    {"exp10", signature, real<exp10_of>, "10 to the power of a number."},
    {"log", signature, partial<std::log, not_negative>, "The natural logarithm; null of negative numbers."},
    {"log2", signature, partial<std::log2, not_negative>, "The logarithm to base 2; null of negative numbers."},
    {"log10", signature, partial<std::log10, not_negative>, "The logarithm to base 10; null of negative numbers."},
    {"pow", "(real|decimal, exponent: real|decimal) -> real", real_of_two<std::pow>,
     "A number to the power of another."},
    {"sin", signature, real<std::sin>, "The sine of an angle in radians."},
    {"cos", signature, real<std::cos>, "The cosine of an angle in radians."},
    {"tan", signature, real<std::tan>, "The tangent of an angle in radians."},
    {"cot", signature, real<cot_of>, "The cotangent of an angle in radians."},
    {"asin", signature, partial<std::asin, at_most_one>, "The angle of a sine; null beyond -1 and 1."},
    {"acos", signature, partial<std::acos, at_most_one>, "The angle of a cosine; null beyond -1 and 1."},
    {"atan", signature, real<std::atan>, "The angle of a tangent."},
    {"atan2", "(y: real|decimal, x: real|decimal) -> real", real_of_two<std::atan2>, "The angle of the point (x, y)."},
    {"degrees", signature, real<degrees_of>, "An angle in radians as degrees."},
    {"radians", signature, real<radians_of>, "An angle in degrees as radians."},
    {"gamma", signature, real<std::tgamma>, "The gamma function."},
    {"loggamma", signature, real<log_gamma_of>, "The logarithm of the absolute value of the gamma function."},
    {"erf", signature, real<std::erf>, "The error function."},
    {"erfc", signature, real<std::erfc>, "The complementary error function."},
    {"ceiling", signature, real<std::ceil>, "The least whole number that is not less."},
    {"round", "(int) -> int", unchanged, "The number itself."},
    {"round", "(long) -> long", unchanged, "The number itself."},
    {"round", "(int, precision: long) -> int", round_int, "A number to a power of ten; halves away from zero."},
    {"round", "(long, precision: long) -> long", round_whole, "A number to a power of ten; halves away from zero."},
    {"round", "(real) -> real", round_to_whole, "The nearest whole number; halves away from zero."},
    {"round", "(real, precision: long) -> real", round_real, "A number to some digits; halves away from zero."},
    {"round", "(decimal, precision: long?) -> decimal", round_decimal,
     "A decimal to some digits; halves away from zero."},
    {"isnan", "(real) -> bool", test<is_nan>, "Whether a real is NaN."},
    {"isinf", "(real) -> bool", test<is_infinite>, "Whether a real is infinite."},
    {"isfinite", "(real) -> bool", test<is_finite>, "Whether a real is neither infinite nor NaN."},
};

}  // namespace

std::span<const ScalarFunction> math_functions() { return math_table; }

}  // namespace vedette::kql
