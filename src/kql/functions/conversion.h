// Conversions of single values that other kernels share with tolong() and its like.
#pragma once

#include <cstdint>
#include <optional>

#include "vedette/columnar/dynamic.h"

namespace vedette::kql {

// What tolong() makes of the value: nothing when it is none.
std::optional<int64_t> long_of(const columnar::Dynamic& value);

// The long that equals the value, when there is one.
inline std::optional<int64_t> whole_number(double value) {
  if (!(value >= -0x1p63 && value < 0x1p63)) return std::nullopt;
  const auto whole = static_cast<int64_t>(value);
  return static_cast<double>(whole) == value ? std::optional(whole) : std::nullopt;
}

}  // namespace vedette::kql
