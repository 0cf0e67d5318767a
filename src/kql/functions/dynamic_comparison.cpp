// Comparisons and lists of dynamics and whole numbers: a dynamic is the number that it holds, with its fraction; where
// it holds none, it is null. Source: as of comparison.cpp.
#include "dynamic_number.h"
#include "families.h"
#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {
namespace {

using base::Result;

// test(row): whether, or nothing for null.
template <class Test>
Result<Vector> test_rows(size_t rows, Test test) {
  columnar::VectorBuilder out(Type::bool_);
  auto* results = out.resize<uint8_t>(rows);
  RowWatch watch;
  for (size_t row = 0; row < rows; ++row) {
    TRY(watch.before(row, out.arena()));
    const std::optional<bool> result = test(row);
    result ? void(results[row] = *result) : out.set_null(row);
  }
  return out.finish();
}

template <bool Negated>
Result<Vector> equality(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return test_rows(rows, [&](size_t row) -> std::optional<bool> {
    const auto left = held_number_at(arguments[0], row), right = held_number_at(arguments[1], row);
    if (!left && !right) return std::nullopt;
    return (left && right && compare(*left, *right) == 0) != Negated;
  });
}

enum class Order : uint8_t { less, less_equal, greater, greater_equal };

bool holds(Order wanted, std::partial_ordering order) {
  switch (wanted) {
    case Order::less:
      return order < 0;
    case Order::less_equal:
      return order <= 0;
    case Order::greater:
      return order > 0;
    case Order::greater_equal:
      return order >= 0;
  }
  return false;
}

template <Order Wanted>
Result<Vector> ordering(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return test_rows(rows, [&](size_t row) -> std::optional<bool> {
    const auto left = held_number_at(arguments[0], row), right = held_number_at(arguments[1], row);
    if (!left || !right) return std::nullopt;
    return holds(Wanted, compare(*left, *right));
  });
}

template <bool Negated>
Result<Vector> between(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return test_rows(rows, [&](size_t row) -> std::optional<bool> {
    const auto value = held_number_at(arguments[0], row);
    const auto low = held_number_at(arguments[1], row), high = held_number_at(arguments[2], row);
    if (!value || !low || !high) return std::nullopt;
    return (compare(*low, *value) <= 0 && compare(*value, *high) <= 0) != Negated;
  });
}

template <bool Negated>
Result<Vector> in_items(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return test_rows(rows, [&](size_t row) -> std::optional<bool> {
    const auto value = held_number_at(arguments[0], row);
    bool found = false;
    for (const Vector& item : arguments.subspan(1)) {
      const auto number = held_number_at(item, row);
      if (!value && !number) return std::nullopt;
      found = found || (value && number && compare(*value, *number) == 0);
    }
    return found != Negated;
  });
}

constexpr std::string_view two = "(dynamic|long, dynamic|long) -> bool";
constexpr std::string_view three = "(dynamic|long, dynamic|long, dynamic|long) -> bool";
constexpr std::string_view list = "(dynamic, long...) -> bool";
constexpr std::string_view summary = "Of a dynamic, the number in it.";

constexpr ScalarFunction dynamic_comparison_table[] = {
    {"==", two, equality<false>, summary},         {"!=", two, equality<true>, summary},
    {"<", two, ordering<Order::less>, summary},    {"<=", two, ordering<Order::less_equal>, summary},
    {">", two, ordering<Order::greater>, summary}, {">=", two, ordering<Order::greater_equal>, summary},
    {"between", three, between<false>, summary},   {"!between", three, between<true>, summary},
    {"in", list, in_items<false>, summary},        {"!in", list, in_items<true>, summary},
    {"in~", list, in_items<false>, summary},       {"!in~", list, in_items<true>, summary},
};

}  // namespace

std::span<const ScalarFunction> dynamic_comparison_functions() { return dynamic_comparison_table; }

}  // namespace vedette::kql
