// min_of and max_of: the least and the greatest of a row's values. "Non-null values take precedence to null values";
// at most 64 arguments. Source: kusto/query: min-of-function.md, max-of-function.md.
#include <cmath>

#include "families.h"
#include "gathered.h"
#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {
namespace {

using base::Result;

constexpr size_t arguments_max = 64;

template <class T>
bool less(const T& a, const T& b) {
  if constexpr (std::is_same_v<T, columnar::Decimal>)
    return columnar::compare(a, b) < 0;
  else
    return a < b;
}

// Which of the arguments wins in each row. Nullopt when a NaN takes part: where it stands is not documented.
template <class T, bool Greatest>
std::optional<std::vector<size_t>> winners(std::span<const Vector> arguments, size_t rows) {
  std::vector<size_t> chosen(rows, 0);
  std::vector<columnar::View<T>> views;
  for (const Vector& argument : arguments) views.push_back(argument.view<T>());
  for (size_t i = 0; i < views.size(); ++i) {
    for (size_t row = 0; row < rows; ++row) {
      if (views[i].is_null(row)) continue;
      if constexpr (std::is_same_v<T, double>)
        if (std::isnan(views[i][row])) return std::nullopt;
      const auto& best = views[chosen[row]];
      if (best.is_null(row) || (Greatest ? less(best[row], views[i][row]) : less(views[i][row], best[row])))
        chosen[row] = i;
    }
  }
  return chosen;
}

template <bool Greatest>
Result<Vector> extreme(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  const std::string name = Greatest ? "max_of()" : "min_of()";
  if (arguments.size() > arguments_max)
    return base::fail(base::ErrorCode::limit_exceeded,
                      name + " takes at most " + std::to_string(arguments_max) + " arguments.");
  const Type type = arguments[0].type();
  if (type == Type::dynamic || type == Type::guid || type == Type::bool_)
    return base::fail(base::ErrorCode::not_supported,
                      name + " of " + std::string(columnar::to_string(type)) + " is not supported.");
  std::optional<std::vector<size_t>> chosen;
  columnar::with_native_type(type, [&]<class T>() {
    if constexpr (!std::is_same_v<T, columnar::Dynamic> && !std::is_same_v<T, base::Guid>)
      chosen = winners<T, Greatest>(arguments, rows);
  });
  if (!chosen) return base::fail(base::ErrorCode::not_supported, name + " of NaN is not supported.");
  return gathered(arguments, *chosen);
}

constexpr ScalarFunction extremes_table[] = {
    {"max_of", "(U, U...) -> U", extreme<true>, "The greatest of its arguments."},
    {"min_of", "(U, U...) -> U", extreme<false>, "The least of its arguments."},
};

}  // namespace

std::span<const ScalarFunction> extreme_functions() { return extremes_table; }

}  // namespace vedette::kql
