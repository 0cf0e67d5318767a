// Comparisons and lists of a dynamic and whole numbers: the dynamic is the number that it holds, with its fraction;
// where it holds none, it is null. Source: as of comparison.cpp.
#include <algorithm>
#include <compare>

#include "conversion.h"
#include "families.h"
#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {
namespace {

using base::Result;
using columnar::Dynamic;
using columnar::DynamicKind;

std::partial_ordering order_of(const Dynamic& value, int64_t number) {
  if (value.kind() != DynamicKind::real) {
    const auto whole = long_of(value);
    return whole ? *whole <=> number : std::partial_ordering::unordered;
  }
  if (const auto whole = whole_number(value.real())) return *whole <=> number;
  return value.real() <=> static_cast<double>(number);  // exact: a fraction is far below 2^53, the rest beyond 2^63
}
bool is_number(const Dynamic& value) { return value.kind() == DynamicKind::real || long_of(value).has_value(); }

// The dynamic is argument `Value`, and test(order of the dynamic and the number) what a row gives.
template <size_t Value, class Test>
Result<Vector> beside_long(std::span<const Vector> arguments, size_t rows, Test test) {
  const auto values = arguments[Value].view<Dynamic>();
  const auto numbers = arguments[1 - Value].view<int64_t>();
  columnar::VectorBuilder out(Type::bool_);
  auto* results = out.resize<uint8_t>(rows);
  for (size_t row = 0; row < rows; ++row) {
    const bool null = values.is_null(row) || !is_number(values[row]);
    const std::optional<bool> result =
        test(null, numbers.is_null(row),
             null || numbers.is_null(row) ? std::partial_ordering::unordered : order_of(values[row], numbers[row]));
    result ? void(results[row] = *result) : out.set_null(row);
  }
  return out.finish();
}

template <size_t Value, bool Negated>
Result<Vector> equality_beside_long(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return beside_long<Value>(arguments, rows, [](bool left_null, bool right_null, std::partial_ordering order) {
    return left_null && right_null ? std::nullopt : std::optional((order == 0) != Negated);
  });
}

enum class Order : uint8_t { less, less_equal, greater, greater_equal };

template <size_t Value, Order Wanted>
Result<Vector> ordering_beside_long(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return beside_long<Value>(arguments, rows,
                            [](bool left_null, bool right_null, std::partial_ordering order) -> std::optional<bool> {
                              if (left_null || right_null) return std::nullopt;
                              if (Value == 1) order = 0 <=> order;
                              switch (Wanted) {
                                case Order::less:
                                  return order < 0;
                                case Order::less_equal:
                                  return order <= 0;
                                case Order::greater:
                                  return order > 0;
                                case Order::greater_equal:
                                  return order >= 0;
                              }
                              return std::nullopt;
                            });
}

template <bool Negated>
Result<Vector> between_longs(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  const auto values = arguments[0].view<Dynamic>();
  const auto low = arguments[1].view<int64_t>(), high = arguments[2].view<int64_t>();
  columnar::VectorBuilder out(Type::bool_);
  auto* results = out.resize<uint8_t>(rows);
  for (size_t row = 0; row < rows; ++row) {
    if (values.is_null(row) || low.is_null(row) || high.is_null(row) || !is_number(values[row]))
      out.set_null(row);
    else
      results[row] = (order_of(values[row], low[row]) >= 0 && order_of(values[row], high[row]) <= 0) != Negated;
  }
  return out.finish();
}

template <bool Negated>
Result<Vector> in_longs(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  const auto values = arguments[0].view<Dynamic>();
  columnar::VectorBuilder out(Type::bool_);
  auto* found = out.resize<uint8_t>(rows);
  std::fill(found, found + rows, uint8_t{Negated});
  for (const Vector& item : arguments.subspan(1)) {
    const auto candidate = item.view<int64_t>();
    for (size_t row = 0; row < rows; ++row)
      if (!values.is_null(row) && !candidate.is_null(row) && order_of(values[row], candidate[row]) == 0)
        found[row] = !Negated;
  }
  return out.finish();
}

constexpr ScalarFunction dynamic_comparison_table[] = {
    {"==", "(dynamic, long) -> bool", equality_beside_long<0, false>, "Of a dynamic, the number in it."},
    {"==", "(long, dynamic) -> bool", equality_beside_long<1, false>, "Of a dynamic, the number in it."},
    {"!=", "(dynamic, long) -> bool", equality_beside_long<0, true>, "Of a dynamic, the number in it."},
    {"!=", "(long, dynamic) -> bool", equality_beside_long<1, true>, "Of a dynamic, the number in it."},
    {"<", "(dynamic, long) -> bool", ordering_beside_long<0, Order::less>, "Of a dynamic, the number in it."},
    {"<", "(long, dynamic) -> bool", ordering_beside_long<1, Order::less>, "Of a dynamic, the number in it."},
    {"<=", "(dynamic, long) -> bool", ordering_beside_long<0, Order::less_equal>, "Of a dynamic, the number in it."},
    {"<=", "(long, dynamic) -> bool", ordering_beside_long<1, Order::less_equal>, "Of a dynamic, the number in it."},
    {">", "(dynamic, long) -> bool", ordering_beside_long<0, Order::greater>, "Of a dynamic, the number in it."},
    {">", "(long, dynamic) -> bool", ordering_beside_long<1, Order::greater>, "Of a dynamic, the number in it."},
    {">=", "(dynamic, long) -> bool", ordering_beside_long<0, Order::greater_equal>, "Of a dynamic, the number in it."},
    {">=", "(long, dynamic) -> bool", ordering_beside_long<1, Order::greater_equal>, "Of a dynamic, the number in it."},
    {"between", "(dynamic, long, long) -> bool", between_longs<false>, "Of a dynamic, the number in it."},
    {"!between", "(dynamic, long, long) -> bool", between_longs<true>, "Of a dynamic, the number in it."},
    {"in", "(dynamic, long...) -> bool", in_longs<false>, "Of a dynamic, the number in it."},
    {"!in", "(dynamic, long...) -> bool", in_longs<true>, "Of a dynamic, the number in it."},
};

}  // namespace

std::span<const ScalarFunction> dynamic_comparison_functions() { return dynamic_comparison_table; }

}  // namespace vedette::kql
