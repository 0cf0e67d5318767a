// == != < <= > >= between, and lists. Source: kusto/query, "Numerical operators", "Null values", "in", "between".
//
// A null equals no value and differs from every value; two nulls compare as null. Of the orders, a null side gives
// null.
#include <algorithm>
#include <bit>
#include <unordered_set>

#include "ascii_fold.h"
#include "conversion.h"
#include "families.h"
#include "native.h"

namespace vedette::kql {
namespace {

using base::Result;
using columnar::Decimal;
using columnar::Dynamic;
using columnar::DynamicKind;

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

// A dynamic beside whole numbers is the number that it holds, with its fraction; where it holds none, null.
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

// x in (a, b, …): every item of the type of x.
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
        if (value.is_null(row) || candidate.is_null(row)) continue;
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

// The same of a dynamic and whole numbers: the number in it.
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

// A value as a key that is equal exactly when the values are: numbers by value, all else by kind and content.
bool append_key(std::string& key, const Dynamic& value, Case fold) {
  switch (value.kind()) {
    case DynamicKind::string: {
      key += 's';
      const size_t begin = key.size();
      key += value.text();
      if (fold == Case::ignored) fold_ascii(key, begin);
      return true;
    }
    case DynamicKind::boolean:
      key += value.boolean() ? "n1" : "n0";
      return true;
    case DynamicKind::int64:
      key += 'n' + std::to_string(value.integer());
      return true;
    case DynamicKind::real: {
      if (const auto whole = whole_number(value.real()))
        key += 'n' + std::to_string(*whole);
      else
        key += 'r' + std::to_string(std::bit_cast<uint64_t>(value.real()));
      return true;
    }
    case DynamicKind::datetime:
      key += 'd' + std::to_string(value.integer());
      return true;
    case DynamicKind::timespan:
      key += 't' + std::to_string(value.integer());
      return true;
    case DynamicKind::guid:
    case DynamicKind::array:
    case DynamicKind::bag:
    case DynamicKind::null:
      return false;
  }
  return false;
}

template <class T>
Dynamic as_dynamic(Type type, const T& value) {
  if constexpr (std::is_same_v<T, std::string_view>)
    return Dynamic::string(value);
  else if constexpr (std::is_same_v<T, double>)
    return Dynamic::of(value);
  else if constexpr (std::is_same_v<T, int64_t> || std::is_same_v<T, int32_t>) {
    if (type == Type::datetime) return Dynamic::datetime(value);
    if (type == Type::timespan) return Dynamic::timespan(value);
    return Dynamic::of(static_cast<int64_t>(value));
  } else if constexpr (std::is_same_v<T, uint8_t>)
    return Dynamic::of(value != 0);
  else
    return Dynamic();
}

struct ArrayKeys {
  std::unordered_set<std::string> keys;
};

Result<std::shared_ptr<ArrayKeys>> keys_of(const Dynamic& array, Case fold) {
  auto out = std::make_shared<ArrayKeys>();
  std::string key;
  const auto add = [&](const Dynamic& item) {
    key.clear();
    if (append_key(key, item, fold)) out->keys.insert(key);
    return item.is_null() || !key.empty();
  };
  bool readable = true;
  if (array.kind() == DynamicKind::array)
    for (const Dynamic& item : array.items()) readable = add(item) && readable;
  else
    readable = add(array);
  if (!readable)
    return base::fail(base::ErrorCode::not_supported, "A list of guids, arrays or bags as the right side of 'in'.");
  return out;
}

// x in (dynamic array)
template <Case Fold, bool Negated>
Result<Vector> in_array(const CallContext& context, std::span<const Vector> arguments, size_t rows) {
  const auto arrays = arguments[1].view<Dynamic>();
  const Type type = arguments[0].type();
  if (type == Type::guid || type == Type::decimal)
    return base::fail(base::ErrorCode::not_supported, "A dynamic list on the right of a guid or a decimal.");
  std::shared_ptr<ArrayKeys> keys;
  if (context.state && *context.state) keys = std::static_pointer_cast<ArrayKeys>(*context.state);
  const auto test = [&]<class T>(T) -> Result<Vector> {
    const auto value = arguments[0].view<T>();
    columnar::VectorBuilder out(Type::bool_);
    auto* found = out.resize<uint8_t>(rows);
    std::string key;
    for (size_t row = 0; row < rows; ++row) {
      if (!keys || !arguments[1].is_constant()) {
        keys = TRY(keys_of(arrays.is_null(row) ? Dynamic() : arrays[row], Fold));
        if (context.state && arguments[1].is_constant()) *context.state = keys;
      }
      key.clear();
      bool known = false;
      if (!value.is_null(row)) {
        if constexpr (std::is_same_v<T, Dynamic>)
          known = append_key(key, value[row], Fold);
        else
          known = append_key(key, as_dynamic(type, value[row]), Fold);
      }
      found[row] = (known && keys->keys.contains(key)) != Negated;
    }
    return out.finish();
  };
  if (type == Type::dynamic) return test(Dynamic{});
  return with_native(type, "A list", test);
}

constexpr ScalarFunction comparison_table[] = {
    {"==", "(T, T) -> bool", equality<false>, "Whether two values are equal."},
    {"!=", "(T, T) -> bool", equality<true>, "Whether two values differ."},
    {"==", "(dynamic, long) -> bool", equality_beside_long<0, false>, "Of a dynamic, the number in it."},
    {"==", "(long, dynamic) -> bool", equality_beside_long<1, false>, "Of a dynamic, the number in it."},
    {"==", "(bool, long) -> bool", equality_of_bool<false, 0>, "Whether a bool is 1 or 0."},
    {"==", "(long, bool) -> bool", equality_of_bool<false, 1>, "Whether a bool is 1 or 0."},
    {"!=", "(dynamic, long) -> bool", equality_beside_long<0, true>, "Of a dynamic, the number in it."},
    {"!=", "(long, dynamic) -> bool", equality_beside_long<1, true>, "Of a dynamic, the number in it."},
    {"!=", "(bool, long) -> bool", equality_of_bool<true, 0>, "Whether a bool is not 1 or 0."},
    {"!=", "(long, bool) -> bool", equality_of_bool<true, 1>, "Whether a bool is not 1 or 0."},
    {"<", "(T, T) -> bool", ordering<Order::less>, "Whether the left value is less than the right one."},
    {"<", "(dynamic, long) -> bool", ordering_beside_long<0, Order::less>, "Of a dynamic, the number in it."},
    {"<", "(long, dynamic) -> bool", ordering_beside_long<1, Order::less>, "Of a dynamic, the number in it."},
    {"<=", "(T, T) -> bool", ordering<Order::less_equal>, "Whether the left value is at most the right one."},
    {"<=", "(dynamic, long) -> bool", ordering_beside_long<0, Order::less_equal>, "Of a dynamic, the number in it."},
    {"<=", "(long, dynamic) -> bool", ordering_beside_long<1, Order::less_equal>, "Of a dynamic, the number in it."},
    {">", "(T, T) -> bool", ordering<Order::greater>, "Whether the left value is greater than the right one."},
    {">", "(dynamic, long) -> bool", ordering_beside_long<0, Order::greater>, "Of a dynamic, the number in it."},
    {">", "(long, dynamic) -> bool", ordering_beside_long<1, Order::greater>, "Of a dynamic, the number in it."},
    {">=", "(T, T) -> bool", ordering<Order::greater_equal>, "Whether the left value is at least the right one."},
    {">=", "(dynamic, long) -> bool", ordering_beside_long<0, Order::greater_equal>, "Of a dynamic, the number in it."},
    {">=", "(long, dynamic) -> bool", ordering_beside_long<1, Order::greater_equal>, "Of a dynamic, the number in it."},
    {"between", "(T, T, T) -> bool", between<false>, "Whether a value lies in a range, ends included."},
    {"between", "(dynamic, long, long) -> bool", between_longs<false>, "Of a dynamic, the number in it."},
    {"!between", "(T, T, T) -> bool", between<true>, "Whether a value lies outside a range."},
    {"!between", "(dynamic, long, long) -> bool", between_longs<true>, "Of a dynamic, the number in it."},
    {"=~", "(string, string) -> bool", equality_ignoring_case<false>, "Equality of strings, ignoring case."},
    {"!~", "(string, string) -> bool", equality_ignoring_case<true>, "Inequality of strings, ignoring case."},
    {"in", "(scalar, dynamic) -> bool", in_array<Case::kept, false>, "Whether a value is in an array."},
    {"in", "(dynamic, long...) -> bool", in_longs<false>, "Of a dynamic, the number in it."},
    {"in", "(T, T...) -> bool", in_items<Case::kept, false>, "Whether a value is in a list."},
    {"!in", "(scalar, dynamic) -> bool", in_array<Case::kept, true>, "Whether a value is not in an array."},
    {"!in", "(dynamic, long...) -> bool", in_longs<true>, "Of a dynamic, the number in it."},
    {"!in", "(T, T...) -> bool", in_items<Case::kept, true>, "Whether a value is not in a list."},
    {"in~", "(scalar, dynamic) -> bool", in_array<Case::ignored, false>, "As in, ignoring case."},
    {"in~", "(T, T...) -> bool", in_items<Case::ignored, false>, "As in, ignoring case."},
    {"!in~", "(scalar, dynamic) -> bool", in_array<Case::ignored, true>, "As !in, ignoring case."},
    {"!in~", "(T, T...) -> bool", in_items<Case::ignored, true>, "As !in, ignoring case."},
};

}  // namespace

std::span<const ScalarFunction> comparison_functions() { return comparison_table; }

}  // namespace vedette::kql
