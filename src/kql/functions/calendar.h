// Ticks that must stay between the years 1 and 9999.
#pragma once

#include <cstdint>
#include <optional>

#include "vedette/base/time.h"

namespace vedette::kql {

inline std::optional<int64_t> in_calendar(std::optional<int64_t> ticks) {
  if (!ticks || *ticks < base::min_date_time.ticks || *ticks > base::max_date_time.ticks) return std::nullopt;
  return ticks;
}

inline std::optional<int64_t> checked_add(int64_t a, int64_t b) {
  int64_t out;
  return __builtin_add_overflow(a, b, &out) ? std::nullopt : std::optional(out);
}

inline std::optional<int64_t> checked_subtract(int64_t a, int64_t b) {
  int64_t out;
  return __builtin_sub_overflow(a, b, &out) ? std::nullopt : std::optional(out);
}

}  // namespace vedette::kql
