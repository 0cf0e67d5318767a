#include "calendar.h"

#include <algorithm>

namespace vedette::kql {
namespace {

constexpr int64_t months_in_calendar = 9999 * 12;
constexpr int64_t days_in_calendar = (base::max_date_time.ticks + 1) / base::ticks_per_day;

}  // namespace

int64_t month_number(int64_t ticks) {
  const base::CivilTime civil = base::to_civil({ticks});
  return (civil.year - 1) * 12 + civil.month - 1;
}

std::optional<int64_t> start_of_month(int64_t month_number) {
  if (month_number < 0 || month_number > months_in_calendar) return std::nullopt;
  if (month_number == months_in_calendar) return base::max_date_time.ticks + 1;
  base::CivilTime first;
  first.year = static_cast<int>(month_number / 12) + 1;
  first.month = static_cast<int>(month_number % 12) + 1;
  return base::from_civil(first)->ticks;
}

std::optional<int64_t> start_of(Period period, int64_t ticks, int64_t offset) {
  if (offset > days_in_calendar || offset < -days_in_calendar) return std::nullopt;
  const int64_t day = ticks / base::ticks_per_day;
  switch (period) {
    case Period::day:
      return checked_multiply(day + offset, base::ticks_per_day);
    case Period::week:
      return checked_multiply(day - day_of_week(ticks) + 7 * offset, base::ticks_per_day);
    case Period::month:
      return start_of_month(month_number(ticks) + offset);
    case Period::year:
      return start_of_month((month_number(ticks) / 12 + offset) * 12);
  }
  return std::nullopt;
}

std::optional<int64_t> add_months(int64_t ticks, int64_t months) {
  if (months > months_in_calendar || months < -months_in_calendar) return std::nullopt;
  const int64_t target = month_number(ticks) + months;
  const auto from = start_of_month(month_number(ticks)), to = start_of_month(target), end = start_of_month(target + 1);
  if (!to || !end) return std::nullopt;
  const int64_t time_of_day = ticks % base::ticks_per_day;
  return std::min(*to + (ticks - *from), *end - base::ticks_per_day + time_of_day);
}

int64_t iso_week(int64_t ticks) {
  const int64_t day = ticks / base::ticks_per_day;
  const int64_t thursday = day - day % 7 + 3;  // day 0 is a Monday
  const int64_t year_start = start_of(Period::year, thursday * base::ticks_per_day, 0).value_or(0);
  return (thursday - year_start / base::ticks_per_day) / 7 + 1;
}

}  // namespace vedette::kql
