// iff, case, coalesce, isnull, isempty. Source: kusto/query, the page of each function.
#include "families.h"
#include "gathered.h"
#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {
namespace {

using base::Result;

// Values of several types make a dynamic, and dynamics take the type of the others; of coalesce they make it a dynamic.
// Source: the return types of the official binder (Kusto.Language, Functions.cs: CommonNonDynamic, Common).
using Gather = Result<Vector> (*)(std::span<const Vector>, const std::vector<size_t>&);

// Predicate, value, predicate, value, …, value: the first whose predicate is true. Null counts as false.
template <Gather Gathered>
Result<Vector> choose(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  std::vector<size_t> chosen(rows, arguments.size() - 1);
  for (size_t i = arguments.size() - 1; i >= 2; i -= 2) {  // an earlier predicate overrules a later one
    const auto predicate = arguments[i - 2].view<uint8_t>();
    for (size_t row = 0; row < rows; ++row)
      if (!predicate.is_null(row) && predicate[row]) chosen[row] = i - 1;
  }
  return Gathered(arguments, chosen);
}

bool is_missing(const Vector& vector, size_t row) {
  if (vector.type() == Type::string) return vector.view<std::string_view>()[row].empty();
  return vector.is_null(row);
}

template <Gather Gathered>
Result<Vector> coalesce(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  std::vector<size_t> chosen(rows, 0);
  for (size_t row = 0; row < rows; ++row)
    while (chosen[row] + 1 < arguments.size() && is_missing(arguments[chosen[row]], row)) ++chosen[row];
  return Gathered(arguments, chosen);
}

template <class Test>
Result<Vector> test_rows(size_t rows, Test test) {
  columnar::VectorBuilder out(Type::bool_);
  auto* values = out.resize<uint8_t>(rows);
  for (size_t row = 0; row < rows; ++row) values[row] = test(row);
  return out.finish();
}

template <bool Negated>
Result<Vector> is_null(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return test_rows(rows, [&](size_t row) { return arguments[0].is_null(row) != Negated; });
}

// isempty: of a dynamic, null and the empty string.
template <bool Negated>
Result<Vector> is_empty(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return test_rows(rows, [&](size_t row) {
    bool empty = is_missing(arguments[0], row);
    if (!empty && arguments[0].type() == Type::dynamic) {
      const auto& value = arguments[0].view<columnar::Dynamic>()[row];
      empty = value.kind() == columnar::DynamicKind::string && value.text().empty();
    }
    return empty != Negated;
  });
}

constexpr ScalarFunction conditional_table[] = {
    {"iff", "(bool, T, T) -> T", choose<gathered>, "The second argument where the first is true, else the third."},
    {"iff", "(bool, mixed, mixed) -> dynamic", choose<gathered_mixed>, "The same, of values of several types."},
    {"iif", "(bool, T, T) -> T", choose<gathered>, "As iff."},
    {"iif", "(bool, mixed, mixed) -> dynamic", choose<gathered_mixed>, "As iff."},
    {"case", "([bool, T]..., T) -> T", choose<gathered>,
     "The value behind the first predicate that is true, else the last."},
    {"case", "([bool, mixed]..., mixed) -> dynamic", choose<gathered_mixed>, "The same, of values of several types."},
    {"coalesce", "(U, U...) -> U", coalesce<gathered>, "The first argument that is neither null nor empty."},
    {"coalesce", "(beside, beside...) -> dynamic", coalesce<gathered_mixed>, "The same, of dynamics and others."},
    {"isnull", "(scalar) -> bool", is_null<false>, "Whether a value is null; never of a string."},
    {"isnotnull", "(scalar) -> bool", is_null<true>, "Whether a value is not null."},
    {"notnull", "(scalar) -> bool", is_null<true>, "As isnotnull."},
    {"isempty", "(scalar) -> bool", is_empty<false>, "Whether a value is null or an empty string."},
    {"isnotempty", "(scalar) -> bool", is_empty<true>, "Whether a value is neither null nor an empty string."},
    {"notempty", "(scalar) -> bool", is_empty<true>, "As isnotempty."},
};

}  // namespace

std::span<const ScalarFunction> conditional_functions() { return conditional_table; }

}  // namespace vedette::kql
