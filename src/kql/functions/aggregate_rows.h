// What the accumulators share: which rows count, and results in one vector.
#pragma once

#include <optional>
#include <vector>

#include "vedette/kql/functions/function.h"

namespace vedette::kql {

// How most aggregates name their result: "sum_Bytes".
inline constexpr Naming named = Naming::prefix_of_argument;

// The rows for which the condition of sumif, make_list_if, … is true; all rows without one.
class CountedRows {
 public:
  CountedRows(std::span<const Vector> arguments, std::optional<size_t> condition)
      : condition_(condition ? std::optional(arguments[*condition].view<uint8_t>()) : std::nullopt) {}
  bool contains(size_t row) const { return !condition_ || (!condition_->is_null(row) && (*condition_)[row] != 0); }

 private:
  std::optional<columnar::View<uint8_t>> condition_;
};

inline std::vector<Vector> single(Vector vector) {
  std::vector<Vector> out;
  out.push_back(std::move(vector));
  return out;
}

template <class A, class... Arguments>
std::unique_ptr<Accumulator> make_accumulator(Arguments&&... arguments) {
  return std::make_unique<A>(std::forward<Arguments>(arguments)...);
}

}  // namespace vedette::kql
