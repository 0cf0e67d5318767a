// == != < <= > >= between, and lists. Source: kusto/query, "Numerical operators", "Null values", "in", "between".
//
// A null equals no value and differs from every value; two nulls compare as null. Of the orders, a null side gives
// null.
#include <algorithm>

#include "ascii_fold.h"
#include "families.h"
#include "native.h"
#include "reals.h"

namespace vedette::kql {
namespace {

using base::Result;
using columnar::Decimal;

template <class T>
bool equal(const T& a, const T& b) {
  if constexpr (std::is_same_v<T, Decimal>)
    return columnar::compare(a, b) == 0;
  else
    return a == b;
}

template <class T>
bool less(const T& a, const T& b) {
  if constexpr (std::is_same_v<T, Decimal>)
    return columnar::compare(a, b) < 0;
  else
    return a < b;
}

template <bool Negated>
Result<Vector> equality(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return with_native(arguments[0].type(), "Comparison", [&]<class T>(T) -> Result<Vector> {
    const auto left = arguments[0].view<T>(), right = arguments[1].view<T>();
    columnar::VectorBuilder out(Type::bool_);
    auto* values = out.resize<uint8_t>(rows);
    const bool nulls = left.may_have_nulls() || right.may_have_nulls();
    for (size_t row = 0; row < rows; ++row) {
      const bool left_null = nulls && left.is_null(row), right_null = nulls && right.is_null(row);
      if (left_null && right_null)
        out.set_null(row);
      else
        values[row] = (!left_null && !right_null && equal<T>(left[row], right[row])) != Negated;
    }
    return out.finish();
  });
}

// `IsCompliant == 1`: 1 is true and 0 is false. What another number is beside a bool is not documented.
template <bool Negated, size_t Bool>
Result<Vector> equality_of_bool(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  const auto truth = arguments[Bool].view<uint8_t>();
  const auto number = arguments[1 - Bool].view<int64_t>();
  columnar::VectorBuilder out(Type::bool_);
  auto* values = out.resize<uint8_t>(rows);
  for (size_t row = 0; row < rows; ++row) {
    const bool left_null = truth.is_null(row), right_null = number.is_null(row);
    if (!right_null && number[row] != 0 && number[row] != 1)
      return base::fail(base::ErrorCode::not_supported, "A bool beside a number that is neither 0 nor 1.");
    if (left_null && right_null)
      out.set_null(row);
    else
      values[row] = (!left_null && !right_null && (truth[row] != 0) == (number[row] != 0)) != Negated;
  }
  return out.finish();
}

enum class Order : uint8_t { less, less_equal, greater, greater_equal };

template <Order Wanted>
Result<Vector> ordering(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return with_native(arguments[0].type(), "Comparison", [&]<class T>(T) -> Result<Vector> {
    return map<uint8_t>(Type::bool_, arguments, rows, [](const T& a, const T& b) -> uint8_t {
      switch (Wanted) {
        case Order::less:
          return less(a, b);
        case Order::less_equal:
          return less(a, b) || equal(a, b);
        case Order::greater:
          return less(b, a);
        case Order::greater_equal:
          return less(b, a) || equal(a, b);
      }
      return 0;
    });
  });
}

template <bool Negated>
Result<Vector> between(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return with_native(arguments[0].type(), "Comparison", [&]<class T>(T) -> Result<Vector> {
    return map<uint8_t>(Type::bool_, arguments, rows, [](const T& value, const T& low, const T& high) -> uint8_t {
      const bool inside = (less(low, value) || equal(low, value)) && (less(value, high) || equal(value, high));
      return inside != Negated;
    });
  });
}

template <bool Negated>
Result<Vector> equality_ignoring_case(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<uint8_t>(Type::bool_, arguments, rows, [](std::string_view a, std::string_view b) -> uint8_t {
    return equal_ignoring_case(a, b) != Negated;
  });
}

enum class Case : uint8_t { kept, ignored };

// x in (a, b, …): every item of the type of x. As x == a or x == b: null beside a null.
template <Case Fold, bool Negated>
Result<Vector> in_items(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return with_native(arguments[0].type(), "A list", [&]<class T>(T) -> Result<Vector> {
    const auto value = arguments[0].view<T>();
    columnar::VectorBuilder out(Type::bool_);
    auto* found = out.resize<uint8_t>(rows);
    std::fill(found, found + rows, uint8_t{Negated});
    for (const Vector& item : arguments.subspan(1)) {
      const auto candidate = item.view<T>();
      for (size_t row = 0; row < rows; ++row) {
        const bool left_null = value.is_null(row), right_null = candidate.is_null(row);
        if (left_null && right_null) out.set_null(row);
        if (left_null || right_null) continue;
        bool same = false;
        if constexpr (std::is_same_v<T, std::string_view> && Fold == Case::ignored)
          same = equal_ignoring_case(value[row], candidate[row]);
        else
          same = equal<T>(value[row], candidate[row]);
        if (same) found[row] = !Negated;
      }
    }
    return out.finish();
  });
}

// A decimal beside a real is taken as a real, as arithmetic does.
template <ScalarKernel Kernel>
Result<Vector> of_reals(const CallContext& context, std::span<const Vector> arguments, size_t rows) {
  return Kernel(context, as_reals(arguments, rows), rows);
}

constexpr std::string_view two = "(real|decimal, real|decimal) -> bool";
constexpr std::string_view three = "(real|decimal, real|decimal, real|decimal) -> bool";
constexpr std::string_view list = "(real|decimal, real|decimal...) -> bool";
constexpr std::string_view summary = "Of reals and decimals, as reals.";

constexpr ScalarFunction comparison_table[] = {
    {"==", "(T, T) -> bool", equality<false>, "Whether two values are equal."},
    {"!=", "(T, T) -> bool", equality<true>, "Whether two values differ."},
    {"==", "(bool, long) -> bool", equality_of_bool<false, 0>, "Whether a bool is 1 or 0."},
    {"==", "(long, bool) -> bool", equality_of_bool<false, 1>, "Whether a bool is 1 or 0."},
    {"!=", "(bool, long) -> bool", equality_of_bool<true, 0>, "Whether a bool is not 1 or 0."},
    {"!=", "(long, bool) -> bool", equality_of_bool<true, 1>, "Whether a bool is not 1 or 0."},
    {"<", "(ordered, ordered) -> bool", ordering<Order::less>, "Whether the left value is less than the right one."},
    {"<=", "(ordered, ordered) -> bool", ordering<Order::less_equal>,
     "Whether the left value is at most the right one."},
    {">", "(ordered, ordered) -> bool", ordering<Order::greater>,
     "Whether the left value is greater than the right one."},
    {">=", "(ordered, ordered) -> bool", ordering<Order::greater_equal>,
     "Whether the left value is at least the right one."},
    {"between", "(ordered, ordered, ordered) -> bool", between<false>,
     "Whether a value lies in a range, ends included."},
    {"!between", "(ordered, ordered, ordered) -> bool", between<true>, "Whether a value lies outside a range."},
    {"=~", "(string, string) -> bool", equality_ignoring_case<false>, "Equality of strings, ignoring case."},
    {"!~", "(string, string) -> bool", equality_ignoring_case<true>, "Inequality of strings, ignoring case."},
    {"in", "(T, T...) -> bool", in_items<Case::kept, false>, "Whether a value is in a list."},
    {"!in", "(T, T...) -> bool", in_items<Case::kept, true>, "Whether a value is not in a list."},
    {"in~", "(T, T...) -> bool", in_items<Case::ignored, false>, "As in, ignoring case."},
    {"!in~", "(T, T...) -> bool", in_items<Case::ignored, true>, "As !in, ignoring case."},
    {"==", two, of_reals<equality<false>>, summary},
    {"!=", two, of_reals<equality<true>>, summary},
    {"<", two, of_reals<ordering<Order::less>>, summary},
    {"<=", two, of_reals<ordering<Order::less_equal>>, summary},
    {">", two, of_reals<ordering<Order::greater>>, summary},
    {">=", two, of_reals<ordering<Order::greater_equal>>, summary},
    {"between", three, of_reals<between<false>>, summary},
    {"!between", three, of_reals<between<true>>, summary},
    {"in", list, of_reals<in_items<Case::kept, false>>, summary},
    {"!in", list, of_reals<in_items<Case::kept, true>>, summary},
};

}  // namespace

std::span<const ScalarFunction> comparison_functions() { return comparison_table; }

}  // namespace vedette::kql
