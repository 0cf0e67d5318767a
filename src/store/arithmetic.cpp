#include "arithmetic.h"

#include <cmath>
#include <optional>

namespace vedette::store {
namespace {

Literal of_whole(Operator op, int64_t a, int64_t b) {
  int64_t result = 0;
  bool overflow = false;
  switch (op) {
    case Operator::add:
      overflow = __builtin_add_overflow(a, b, &result);
      break;
    case Operator::sub:
      overflow = __builtin_sub_overflow(a, b, &result);
      break;
    case Operator::mul:
      overflow = __builtin_mul_overflow(a, b, &result);
      break;
    default:
      if (b == 0 || (a == INT64_MIN && b == -1)) return {};
      result = op == Operator::div ? a / b : a % b;
  }
  return overflow ? Literal() : Literal(result);
}

Literal of_real(Operator op, double a, double b) {
  switch (op) {
    case Operator::add:
      return a + b;
    case Operator::sub:
      return a - b;
    case Operator::mul:
      return a * b;
    case Operator::div:
      return a / b;
    default:
      return std::fmod(a, b);
  }
}

std::optional<double> real(const Literal& value) {
  if (const auto* number = std::get_if<int64_t>(&value)) return static_cast<double>(*number);
  if (const auto* number = std::get_if<double>(&value)) return *number;
  return std::nullopt;
}

}  // namespace

Literal arithmetic(Operator op, const Literal& left, const Literal& right) {
  const auto* a = std::get_if<int64_t>(&left);
  const auto* b = std::get_if<int64_t>(&right);
  if (a && b) return of_whole(op, *a, *b);
  const auto x = real(left), y = real(right);
  return x && y ? of_real(op, *x, *y) : Literal();
}

Literal negated(const Literal& value) {
  if (const auto* number = std::get_if<double>(&value)) return -*number;
  return arithmetic(Operator::sub, Literal(int64_t{0}), value);
}

}  // namespace vedette::store
