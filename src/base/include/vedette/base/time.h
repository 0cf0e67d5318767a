// Instants and durations in 100 ns ticks, the resolution of Graph date-times and of KQL's datetime and timespan.
// A DateTime counts from 0001-01-01T00:00:00 UTC in the proleptic Gregorian calendar and ends with the year 9999.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vedette::base {

struct TimeSpan {
  int64_t ticks = 0;
  auto operator<=>(const TimeSpan&) const = default;
};

struct DateTime {
  int64_t ticks = 0;
  auto operator<=>(const DateTime&) const = default;
};

inline constexpr int64_t ticks_per_microsecond = 10;
inline constexpr int64_t ticks_per_millisecond = 10'000;
inline constexpr int64_t ticks_per_second = 10'000'000;
inline constexpr int64_t ticks_per_minute = 60 * ticks_per_second;
inline constexpr int64_t ticks_per_hour = 60 * ticks_per_minute;
inline constexpr int64_t ticks_per_day = 24 * ticks_per_hour;
inline constexpr int64_t unix_epoch_ticks = 719'162 * ticks_per_day;
inline constexpr DateTime min_date_time{0};
inline constexpr DateTime max_date_time{3'652'059 * ticks_per_day - 1};

constexpr TimeSpan operator-(DateTime a, DateTime b) { return {a.ticks - b.ticks}; }
constexpr DateTime operator+(DateTime a, TimeSpan b) { return {a.ticks + b.ticks}; }
constexpr DateTime operator-(DateTime a, TimeSpan b) { return {a.ticks - b.ticks}; }

struct CivilTime {
  int year = 1, month = 1, day = 1, hour = 0, minute = 0, second = 0;
  int64_t fraction_ticks = 0;  // 0 … 9,999,999
};

CivilTime to_civil(DateTime time);
// nullopt when a field is out of its range or the year is not in 1 … 9999.
std::optional<DateTime> from_civil(const CivilTime& civil);

constexpr DateTime from_unix_seconds(int64_t seconds) { return {unix_epoch_ticks + seconds * ticks_per_second}; }
constexpr int64_t to_unix_seconds(DateTime time) {
  int64_t ticks = time.ticks - unix_epoch_ticks;
  return ticks / ticks_per_second - (ticks % ticks_per_second < 0 ? 1 : 0);
}

// "2024-03-26T09:39:50.7688641Z": always seven digits and Z, the wire form of Graph and KQL.
std::string format_date_time(DateTime time);
// "[-][d.]hh:mm:ss[.fffffff]", the wire form of a KQL timespan.
std::string format_time_span(TimeSpan span);
// ISO 8601: date, optional time ('T' or blank), up to seven digits of fraction (further ones are cut), optional zone
// (Z or ±hh[:]mm; none means UTC).
std::optional<DateTime> parse_iso_date_time(std::string_view text);
// ISO 8601, and what people and mail headers write: RFC 822, RFC 850, 12/31/2024 (date_time_text.cpp). As todatetime().
std::optional<DateTime> parse_date_time(std::string_view text);

// "[-][d.]hh:mm[:ss[.fffffff]]", whole days ("2"), or a number and its unit ("1.5h", "15 seconds").
std::optional<TimeSpan> parse_time_span(std::string_view text);

// An ISO 8601 duration without a sign: "P7D", "PT1H30M", "P1W", "PT0.5S". A year counts 365 days and a month 30.
std::optional<TimeSpan> parse_iso_duration(std::string_view text);

}  // namespace vedette::base
