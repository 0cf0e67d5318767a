#include "vedette/base/time.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "characters.h"
#include "vedette/base/clock.h"

namespace vedette::base {
namespace {

// Days from 0001-01-01 and back, after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
int64_t days_from_civil(int64_t y, int m, int d) {
  y -= m <= 2;
  const int64_t era = (y >= 0 ? y : y - 399) / 400;
  const int64_t yoe = y - era * 400;
  const int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
  const int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
  return era * 146097 + doe - 306;
}

bool is_leap(int y) { return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0); }

int days_in_month(int y, int m) {
  static constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return m == 2 && is_leap(y) ? 29 : days[m - 1];
}

// Reads exactly `count` digits, or fails.
bool read_digits(std::string_view& text, int count, int& out) {
  if (text.size() < static_cast<size_t>(count)) return false;
  out = 0;
  for (int i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    out = out * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return true;
}

bool read_fraction(std::string_view& text, int64_t& ticks) {
  int digits = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    if (digits < 7) ticks = ticks * 10 + (text.front() - '0'), ++digits;
    text.remove_prefix(1);
  }
  if (digits == 0) return false;
  for (; digits < 7; ++digits) ticks *= 10;
  return true;
}

bool read_zone(std::string_view& text, int64_t& offset_ticks) {
  if (text.empty() || skip(text, 'Z') || skip(text, 'z')) return text.empty();
  const bool minus = text.front() == '-';
  if (!skip(text, '+') && !skip(text, '-')) return false;
  int hours = 0, minutes = 0;
  if (!read_digits(text, 2, hours) || hours > 14) return false;
  skip(text, ':');
  if (!text.empty() && (!read_digits(text, 2, minutes) || minutes > 59)) return false;
  offset_ticks = (hours * 60 + minutes) * ticks_per_minute * (minus ? -1 : 1);
  return text.empty();
}

}  // namespace

CivilTime to_civil(DateTime time) {
  const int64_t days = time.ticks / ticks_per_day;
  int64_t rest = time.ticks % ticks_per_day;
  const int64_t z = days + 306;
  const int64_t era = z / 146097;
  const int64_t doe = z - era * 146097;
  const int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const int64_t mp = (5 * doy + 2) / 153;
  CivilTime c;
  c.day = static_cast<int>(doy - (153 * mp + 2) / 5 + 1);
  c.month = static_cast<int>(mp < 10 ? mp + 3 : mp - 9);
  c.year = static_cast<int>(yoe + era * 400 + (c.month <= 2));
  c.hour = static_cast<int>(rest / ticks_per_hour), rest %= ticks_per_hour;
  c.minute = static_cast<int>(rest / ticks_per_minute), rest %= ticks_per_minute;
  c.second = static_cast<int>(rest / ticks_per_second);
  c.fraction_ticks = rest % ticks_per_second;
  return c;
}

std::optional<DateTime> from_civil(const CivilTime& c) {
  if (c.year < 1 || c.year > 9999 || c.month < 1 || c.month > 12 || c.day < 1 || c.day > days_in_month(c.year, c.month))
    return std::nullopt;
  if (c.hour < 0 || c.hour > 23 || c.minute < 0 || c.minute > 59 || c.second < 0 || c.second > 59) return std::nullopt;
  if (c.fraction_ticks < 0 || c.fraction_ticks >= ticks_per_second) return std::nullopt;
  return DateTime{days_from_civil(c.year, c.month, c.day) * ticks_per_day + c.hour * ticks_per_hour +
                  c.minute * ticks_per_minute + c.second * ticks_per_second + c.fraction_ticks};
}

std::string format_date_time(DateTime time) {
  const CivilTime c = to_civil(time);
  char text[40];
  const int size = std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%07dZ", c.year, c.month, c.day,
                                 c.hour, c.minute, c.second, static_cast<int>(c.fraction_ticks));
  return std::string(text, static_cast<size_t>(size));
}

std::string format_time_span(TimeSpan span) {
  // Unsigned, so that the most negative value has a magnitude.
  uint64_t t = span.ticks < 0 ? 0 - static_cast<uint64_t>(span.ticks) : static_cast<uint64_t>(span.ticks);
  std::string out = span.ticks < 0 ? "-" : "";
  const uint64_t days = t / ticks_per_day;
  t %= ticks_per_day;
  char text[40];
  if (days > 0) out += std::to_string(days) + '.';
  std::snprintf(text, sizeof text, "%02d:%02d:%02d", static_cast<int>(t / ticks_per_hour),
                static_cast<int>(t / ticks_per_minute % 60), static_cast<int>(t / ticks_per_second % 60));
  out += text;
  if (const auto fraction = static_cast<int>(t % ticks_per_second); fraction != 0) {
    std::snprintf(text, sizeof text, ".%07d", fraction);
    out += text;
  }
  return out;
}

std::optional<DateTime> parse_iso_date_time(std::string_view text) {
  CivilTime c;
  int64_t offset_ticks = 0;
  if (!read_digits(text, 4, c.year) || !skip(text, '-') || !read_digits(text, 2, c.month) || !skip(text, '-') ||
      !read_digits(text, 2, c.day))
    return std::nullopt;
  if (!text.empty() && (skip(text, 'T') || skip(text, 't') || skip(text, ' '))) {
    if (!read_digits(text, 2, c.hour) || !skip(text, ':') || !read_digits(text, 2, c.minute)) return std::nullopt;
    if (skip(text, ':')) {
      if (!read_digits(text, 2, c.second)) return std::nullopt;
      if (skip(text, '.') && !read_fraction(text, c.fraction_ticks)) return std::nullopt;
    }
  }
  if (!read_zone(text, offset_ticks)) return std::nullopt;
  auto time = from_civil(c);
  if (!time) return std::nullopt;
  time->ticks -= offset_ticks;
  if (*time < min_date_time || *time > max_date_time) return std::nullopt;
  return time;
}

DateTime SystemClock::now() const {
  using namespace std::chrono;
  const auto since_epoch = duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count();
  return {unix_epoch_ticks + since_epoch / 100};
}

}  // namespace vedette::base
