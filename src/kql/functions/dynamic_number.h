// The number that a dynamic holds, as operators take it beside other numbers.
#pragma once

#include <compare>
#include <optional>

#include "vedette/columnar/vector.h"

namespace vedette::kql {

struct HeldNumber {
  bool is_real = false;
  int64_t whole = 0;  // unless it is real
  double real = 0;    // rounded, of a whole number beyond 2^53
};

// Of a bool 1 or 0, of a text the number that it is. None: null, other texts, times, arrays and bags.
std::optional<HeldNumber> held_number(const columnar::Dynamic& value);
// Of a long or a dynamic.
std::optional<HeldNumber> held_number_at(const columnar::Vector& column, size_t row);

// By value, exactly. Nothing equals NaN.
std::partial_ordering compare(const HeldNumber& a, const HeldNumber& b);

}  // namespace vedette::kql
