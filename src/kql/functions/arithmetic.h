// What + - * / % make of two numbers of one type; nullopt where the result does not fit, and where an integer is
// divided by zero. Source: kusto/query: numerical-operators.md.
#pragma once

#include <cmath>
#include <limits>
#include <optional>

#include "calendar.h"
#include "vedette/columnar/decimal.h"

namespace vedette::kql {

struct Add {
  static std::optional<int64_t> of(int64_t a, int64_t b) { return checked_add(a, b); }
  static double of(double a, double b) { return a + b; }
  static std::optional<columnar::Decimal> of(const columnar::Decimal& a, const columnar::Decimal& b) {
    return columnar::add(a, b);
  }
};
struct Subtract {
  static std::optional<int64_t> of(int64_t a, int64_t b) { return checked_subtract(a, b); }
  static double of(double a, double b) { return a - b; }
  static std::optional<columnar::Decimal> of(const columnar::Decimal& a, const columnar::Decimal& b) {
    return columnar::subtract(a, b);
  }
};
struct Multiply {
  static std::optional<int64_t> of(int64_t a, int64_t b) { return checked_multiply(a, b); }
  static double of(double a, double b) { return a * b; }
  static std::optional<columnar::Decimal> of(const columnar::Decimal& a, const columnar::Decimal& b) {
    return columnar::multiply(a, b);
  }
};
struct Divide {
  static std::optional<int64_t> of(int64_t a, int64_t b) {
    if (b == 0 || (a == std::numeric_limits<int64_t>::min() && b == -1)) return std::nullopt;
    return a / b;
  }
  static double of(double a, double b) { return a / b; }
  static std::optional<columnar::Decimal> of(const columnar::Decimal& a, const columnar::Decimal& b) {
    return columnar::divide(a, b);
  }
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
  static std::optional<columnar::Decimal> of(const columnar::Decimal& a, const columnar::Decimal& b) {
    const auto rest = columnar::remainder(a, b);
    if (!rest || rest->coefficient >= 0) return rest;
    return b.coefficient > 0 ? columnar::add(*rest, b) : columnar::subtract(*rest, b);
  }
};

}  // namespace vedette::kql
