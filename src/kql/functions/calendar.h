// Ticks that must stay between the years 1 and 9999, and the periods of that calendar.
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

inline std::optional<int64_t> checked_multiply(int64_t a, int64_t b) {
  int64_t out;
  return __builtin_mul_overflow(a, b, &out) ? std::nullopt : std::optional(out);
}

enum class Period : uint8_t { day, week, month, year };  // weeks begin with Sunday

// Days since the Sunday before, 0 … 6. The calendar's first day is a Monday.
inline int64_t day_of_week(int64_t ticks) { return (ticks / base::ticks_per_day + 1) % 7; }

// Months between January of the year 1 and the month of `ticks`.
int64_t month_number(int64_t ticks);
// The first tick of that month; also of the month behind the calendar's end.
std::optional<int64_t> start_of_month(int64_t month_number);
// The first tick of the period around `ticks`, moved by `offset` periods; may lie outside the calendar.
std::optional<int64_t> start_of(Period period, int64_t ticks, int64_t offset);
// The same day and time `months` later; the month's last day where it is shorter.
std::optional<int64_t> add_months(int64_t ticks, int64_t months);
// The number of the week, Monday to Sunday, in the year that has its Thursday (ISO 8601).
int64_t iso_week(int64_t ticks);

}  // namespace vedette::kql
