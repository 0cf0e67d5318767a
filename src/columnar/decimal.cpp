#include "vedette/columnar/decimal.h"

#include <charconv>
#include <cmath>

namespace vedette::columnar {
namespace {

using Wide = unsigned __int128;

constexpr int digits_max = 34;
constexpr int scale_max = 34;

Wide power_of_ten(int exponent) {
  Wide value = 1;
  while (exponent-- > 0) value *= 10;
  return value;
}

Wide magnitude(__int128 value) { return value < 0 ? -static_cast<Wide>(value) : static_cast<Wide>(value); }

// Drops trailing zeros of the fraction; nullopt when more than 34 digits remain.
std::optional<Decimal> normalised(__int128 coefficient, int scale) {
  while (scale > 0 && coefficient % 10 == 0) coefficient /= 10, --scale;
  if (scale > scale_max || magnitude(coefficient) >= power_of_ten(digits_max)) return std::nullopt;
  return Decimal{coefficient, scale};
}

// a × 10^exponent, unless that leaves 38 digits.
std::optional<__int128> scaled(__int128 a, int exponent) {
  __int128 out = a;
  while (exponent-- > 0)
    if (__builtin_mul_overflow(out, static_cast<__int128>(10), &out)) return std::nullopt;
  return out;
}

// Both coefficients at the larger scale.
struct Aligned {
  __int128 a, b;
  int scale;
};

std::optional<Aligned> align(const Decimal& a, const Decimal& b) {
  const int scale = std::max(a.scale, b.scale);
  const auto x = scaled(a.coefficient, scale - a.scale), y = scaled(b.coefficient, scale - b.scale);
  if (!x || !y) return std::nullopt;
  return Aligned{*x, *y, scale};
}

}  // namespace

std::string to_string(const Decimal& value) {
  Wide rest = magnitude(value.coefficient);
  std::string digits;
  for (int i = 0; rest > 0 || i <= value.scale; ++i, rest /= 10) {
    if (i == value.scale && i > 0) digits += '.';
    digits += static_cast<char>('0' + static_cast<int>(rest % 10));
  }
  if (value.coefficient < 0) digits += '-';
  return {digits.rbegin(), digits.rend()};
}

std::optional<Decimal> parse_decimal(std::string_view text) {
  bool minus = false, any = false, point = false;
  __int128 coefficient = 0;
  int scale = 0;
  size_t i = 0;
  if (i < text.size() && (text[i] == '+' || text[i] == '-')) minus = text[i++] == '-';
  for (; i < text.size() && text[i] != 'e' && text[i] != 'E'; ++i) {
    if (text[i] == '.' && !point) {
      point = true;
      continue;
    }
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    any = true;
    if (magnitude(coefficient) >= power_of_ten(digits_max)) return std::nullopt;
    coefficient = coefficient * 10 + (text[i] - '0');
    scale += point;
  }
  if (!any) return std::nullopt;
  if (i < text.size()) {
    int exponent = 0;
    std::string_view digits = text.substr(i + 1);
    if (!digits.empty() && digits.front() == '+') digits.remove_prefix(1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
    if (error != std::errc() || end != digits.data() + digits.size() || std::abs(exponent) > 100) return std::nullopt;
    scale -= exponent;
  }
  if (scale < 0) {
    const auto grown = scaled(coefficient, -scale);
    if (!grown) return std::nullopt;
    coefficient = *grown, scale = 0;
  }
  return normalised(minus ? -coefficient : coefficient, scale);
}

Decimal decimal_from_long(int64_t value) { return {value, 0}; }

std::optional<Decimal> decimal_from_real(double value) {
  if (!std::isfinite(value)) return std::nullopt;
  char text[64];
  return parse_decimal({text, static_cast<size_t>(std::to_chars(text, text + sizeof text, value).ptr - text)});
}

double to_real(const Decimal& value) {
  const std::string text = to_string(value);
  double out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

std::optional<int64_t> to_long(const Decimal& value) {
  const __int128 whole = value.coefficient / static_cast<__int128>(power_of_ten(value.scale));
  if (whole < INT64_MIN || whole > INT64_MAX) return std::nullopt;
  return static_cast<int64_t>(whole);
}

std::strong_ordering compare(const Decimal& a, const Decimal& b) {
  if (const auto both = align(a, b)) return both->a <=> both->b;
  // Too far apart to align: the one with the larger whole part is larger in magnitude.
  const __int128 x = a.coefficient / static_cast<__int128>(power_of_ten(a.scale));
  const __int128 y = b.coefficient / static_cast<__int128>(power_of_ten(b.scale));
  if (x != y) return x <=> y;
  return to_real(a) < to_real(b) ? std::strong_ordering::less : std::strong_ordering::greater;
}

std::optional<Decimal> add(const Decimal& a, const Decimal& b) {
  const auto both = align(a, b);
  __int128 sum = 0;
  if (!both || __builtin_add_overflow(both->a, both->b, &sum)) return std::nullopt;
  return normalised(sum, both->scale);
}

std::optional<Decimal> subtract(const Decimal& a, const Decimal& b) { return add(a, {-b.coefficient, b.scale}); }

std::optional<Decimal> multiply(const Decimal& a, const Decimal& b) {
  __int128 product = 0;
  if (__builtin_mul_overflow(a.coefficient, b.coefficient, &product)) return std::nullopt;
  return normalised(product, a.scale + b.scale);
}

std::optional<Decimal> divide(const Decimal& a, const Decimal& b) {
  if (b.coefficient == 0) return std::nullopt;
  // Long division: quotient digits are drawn until the remainder is zero or 34 digits stand.
  const bool minus = (a.coefficient < 0) != (b.coefficient < 0);
  const Wide divisor = magnitude(b.coefficient);
  Wide quotient = magnitude(a.coefficient) / divisor, rest = magnitude(a.coefficient) % divisor;
  int scale = a.scale - b.scale;
  while ((rest != 0 || scale < 0) && quotient < power_of_ten(digits_max - 1) && scale < scale_max) {
    rest *= 10;
    quotient = quotient * 10 + rest / divisor;
    rest %= divisor;
    ++scale;
  }
  if (scale < 0) return std::nullopt;
  const Wide twice = rest * 2;
  if (twice > divisor || (twice == divisor && quotient % 2 == 1)) ++quotient;
  const auto out = static_cast<__int128>(quotient);
  return normalised(minus ? -out : out, scale);
}

std::optional<Decimal> remainder(const Decimal& a, const Decimal& b) {
  const auto both = align(a, b);
  if (!both || both->b == 0) return std::nullopt;
  return normalised(both->a % both->b, both->scale);
}

}  // namespace vedette::columnar
