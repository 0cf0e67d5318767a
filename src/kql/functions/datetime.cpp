// now, ago, make_datetime, unixtime_…_todatetime, startof… and endof…. Source: kusto/query, the page of each function.
#include <cmath>

#include "calendar.h"
#include "families.h"
#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {
namespace {

using base::Result;

Result<Vector> now(const CallContext& context, std::span<const Vector> arguments, size_t rows) {
  if (arguments.empty()) return columnar::constant_ticks(Type::datetime, context.now.ticks, rows);
  return map<int64_t>(Type::datetime, arguments, rows,
                      [&](int64_t span) { return in_calendar(checked_add(context.now.ticks, span)); });
}

Result<Vector> ago(const CallContext& context, std::span<const Vector> arguments, size_t rows) {
  return map<int64_t>(Type::datetime, arguments, rows,
                      [&](int64_t span) { return in_calendar(checked_subtract(context.now.ticks, span)); });
}

template <Period P>
Result<Vector> start(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  if (arguments.size() == 1)
    return map<int64_t>(Type::datetime, arguments, rows,
                        [](int64_t time) { return in_calendar(start_of(P, time, 0)); });
  return map<int64_t>(Type::datetime, arguments, rows,
                      [](int64_t time, int64_t offset) { return in_calendar(start_of(P, time, offset)); });
}

// The last tick before the next period.
std::optional<int64_t> end_of(Period period, int64_t time, int64_t offset) {
  const auto next = offset == INT64_MAX ? std::nullopt : start_of(period, time, offset + 1);
  return next ? in_calendar(*next - 1) : std::nullopt;
}

template <Period P>
Result<Vector> end(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  if (arguments.size() == 1)
    return map<int64_t>(Type::datetime, arguments, rows, [](int64_t time) { return end_of(P, time, 0); });
  return map<int64_t>(Type::datetime, arguments, rows,
                      [](int64_t time, int64_t offset) { return end_of(P, time, offset); });
}

std::optional<int64_t> made(int64_t year, int64_t month, int64_t day, int64_t hour, int64_t minute, double second) {
  for (const int64_t part : {year, month, day, hour, minute})
    if (part < 0 || part > 9999) return std::nullopt;
  if (!(second >= 0 && second < 60)) return std::nullopt;
  base::CivilTime civil;
  civil.year = static_cast<int>(year);
  civil.month = static_cast<int>(month);
  civil.day = static_cast<int>(day);
  civil.hour = static_cast<int>(hour);
  civil.minute = static_cast<int>(minute);
  const auto time = base::from_civil(civil);
  if (!time) return std::nullopt;
  return in_calendar(time->ticks + std::llround(second * base::ticks_per_second));
}

Result<Vector> make_datetime(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  switch (arguments.size()) {
    case 3:
      return map<int64_t>(Type::datetime, arguments, rows,
                          [](int64_t year, int64_t month, int64_t day) { return made(year, month, day, 0, 0, 0); });
    case 4:
      return map<int64_t>(Type::datetime, arguments, rows, [](int64_t year, int64_t month, int64_t day, int64_t hour) {
        return made(year, month, day, hour, 0, 0);
      });
    case 5:
      return map<int64_t>(Type::datetime, arguments, rows,
                          [](int64_t year, int64_t month, int64_t day, int64_t hour, int64_t minute) {
                            return made(year, month, day, hour, minute, 0);
                          });
    default:
      return map<int64_t>(Type::datetime, arguments, rows,
                          [](int64_t year, int64_t month, int64_t day, int64_t hour, int64_t minute, double second) {
                            return made(year, month, day, hour, minute, second);
                          });
  }
}

constexpr int64_t units_per_second(int64_t ticks_per_unit) { return base::ticks_per_second / ticks_per_unit; }

template <int64_t TicksPerUnit>
Result<Vector> from_unix(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<int64_t>(Type::datetime, arguments, rows, [](int64_t units) -> std::optional<int64_t> {
    const auto ticks = checked_multiply(units, TicksPerUnit);
    return ticks ? in_calendar(checked_add(base::unix_epoch_ticks, *ticks)) : std::nullopt;
  });
}

// The nearest tick; the fraction apart, so that seconds of today keep theirs.
template <int64_t TicksPerUnit>
Result<Vector> from_unix_real(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<int64_t>(Type::datetime, arguments, rows, [](double units) -> std::optional<int64_t> {
    constexpr double most = 3.2e11 * static_cast<double>(units_per_second(TicksPerUnit));  // beyond the year 9999
    if (!(units > -most && units < most)) return std::nullopt;
    const double whole = std::trunc(units);
    const int64_t ticks =
        static_cast<int64_t>(whole) * TicksPerUnit + std::llround((units - whole) * static_cast<double>(TicksPerUnit));
    return in_calendar(base::unix_epoch_ticks + ticks);
  });
}

// A tick is 100 ns: what is less is cut.
Result<Vector> from_unix_nanoseconds(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<int64_t>(Type::datetime, arguments, rows, [](int64_t nanoseconds) {
    return in_calendar(base::unix_epoch_ticks + nanoseconds / 100 - (nanoseconds % 100 < 0 ? 1 : 0));
  });
}

constexpr std::string_view period_signature = "(date: datetime, offset: long?) -> datetime";
constexpr ScalarFunction datetime_table[] = {
    {"now", "(offset: timespan?) -> datetime", now, "The time of the query.", Determinism::per_query},
    {"ago", "(timespan) -> datetime", ago, "A time before that of the query.", Determinism::per_query},
    {"startofday", period_signature, start<Period::day>, "When the day began, moved by some days."},
    {"startofweek", period_signature, start<Period::week>, "When the week's Sunday began, moved by some weeks."},
    {"startofmonth", period_signature, start<Period::month>, "When the month began, moved by some months."},
    {"startofyear", period_signature, start<Period::year>, "When the year began, moved by some years."},
    {"endofday", period_signature, end<Period::day>, "The last tick of the day, moved by some days."},
    {"endofweek", period_signature, end<Period::week>, "The last tick of the week's Saturday, moved by some weeks."},
    {"endofmonth", period_signature, end<Period::month>, "The last tick of the month, moved by some months."},
    {"endofyear", period_signature, end<Period::year>, "The last tick of the year, moved by some years."},
    {"make_datetime", "(year: long, month: long, day: long, hour: long?, minute: long?, second: real?) -> datetime",
     make_datetime, "A time out of its parts."},
    {"unixtime_seconds_todatetime", "(long) -> datetime", from_unix<base::ticks_per_second>,
     "A time from the seconds since 1970."},
    {"unixtime_seconds_todatetime", "(real) -> datetime", from_unix_real<base::ticks_per_second>,
     "A time from the seconds since 1970."},
    {"unixtime_milliseconds_todatetime", "(long) -> datetime", from_unix<base::ticks_per_millisecond>,
     "A time from the milliseconds since 1970."},
    {"unixtime_milliseconds_todatetime", "(real) -> datetime", from_unix_real<base::ticks_per_millisecond>,
     "A time from the milliseconds since 1970."},
    {"unixtime_microseconds_todatetime", "(long) -> datetime", from_unix<base::ticks_per_microsecond>,
     "A time from the microseconds since 1970."},
    {"unixtime_microseconds_todatetime", "(real) -> datetime", from_unix_real<base::ticks_per_microsecond>,
     "A time from the microseconds since 1970."},
    {"unixtime_nanoseconds_todatetime", "(long) -> datetime", from_unix_nanoseconds,
     "A time from the nanoseconds since 1970."},
};

}  // namespace

std::span<const ScalarFunction> datetime_functions() { return datetime_table; }

}  // namespace vedette::kql
