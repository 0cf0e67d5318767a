// Reals that are whole numbers.
#pragma once

#include <cstdint>
#include <optional>

namespace vedette::columnar {

// The long that equals the value, when there is one.
inline std::optional<int64_t> whole_number(double value) {
  if (!(value >= -0x1p63 && value < 0x1p63)) return std::nullopt;
  const auto whole = static_cast<int64_t>(value);
  return static_cast<double>(whole) == value ? std::optional(whole) : std::nullopt;
}

}  // namespace vedette::columnar
