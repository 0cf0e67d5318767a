#include <charconv>
#include <limits>

#include "characters.h"
#include "vedette/base/time.h"

namespace vedette::base {
namespace {

struct Unit {
  std::string_view name;
  int64_t ticks;
};
constexpr Unit units[] = {
    {"d", ticks_per_day},
    {"day", ticks_per_day},
    {"days", ticks_per_day},
    {"h", ticks_per_hour},
    {"hr", ticks_per_hour},
    {"hrs", ticks_per_hour},
    {"hour", ticks_per_hour},
    {"hours", ticks_per_hour},
    {"m", ticks_per_minute},
    {"min", ticks_per_minute},
    {"minute", ticks_per_minute},
    {"minutes", ticks_per_minute},
    {"s", ticks_per_second},
    {"sec", ticks_per_second},
    {"second", ticks_per_second},
    {"seconds", ticks_per_second},
    {"ms", ticks_per_millisecond},
    {"milli", ticks_per_millisecond},
    {"millis", ticks_per_millisecond},
    {"millisec", ticks_per_millisecond},
    {"millisecond", ticks_per_millisecond},
    {"milliseconds", ticks_per_millisecond},
    {"micro", ticks_per_microsecond},
    {"micros", ticks_per_microsecond},
    {"microsec", ticks_per_microsecond},
    {"microsecond", ticks_per_microsecond},
    {"microseconds", ticks_per_microsecond},
    {"tick", 1},
    {"ticks", 1},
};

// "1.5h", "15 seconds"
std::optional<uint64_t> parse_with_unit(std::string_view text) {
  double count = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), count, std::chars_format::fixed);
  if (read.ec != std::errc()) return std::nullopt;
  std::string_view unit = text.substr(static_cast<size_t>(read.ptr - text.data()));
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  for (const Unit& candidate : units) {
    if (candidate.name != unit) continue;
    const double ticks = count * static_cast<double>(candidate.ticks);
    if (!(ticks < 0x1p63)) return std::nullopt;
    return static_cast<uint64_t>(ticks + 0.5);
  }
  return std::nullopt;
}

bool read_number(std::string_view& text, int64_t limit, int64_t& value) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr == text.data() || value < 0 || value >= limit) return false;
  text.remove_prefix(static_cast<size_t>(read.ptr - text.data()));
  return true;
}

// "[d.]hh:mm[:ss[.fffffff]]", or whole days "d"; below 2^64 whatever the digits.
std::optional<uint64_t> parse_clock(std::string_view text) {
  int64_t first = 0, days = 0, hours = 0, minutes = 0, seconds = 0, fraction = 0;
  if (!read_number(text, 10'675'200, first)) return std::nullopt;
  if (text.empty()) return static_cast<uint64_t>(first * ticks_per_day);
  hours = first;
  if (skip(text, '.')) {
    days = first;
    if (!read_number(text, 24, hours)) return std::nullopt;
  }
  if (hours >= 24 || !skip(text, ':') || !read_number(text, 60, minutes)) return std::nullopt;
  if (skip(text, ':')) {
    if (!read_number(text, 60, seconds)) return std::nullopt;
    if (skip(text, '.')) {
      if (text.empty()) return std::nullopt;
      int64_t scale = ticks_per_second;
      for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1)) {
        scale /= 10;
        fraction += (text.front() - '0') * scale;
      }
    }
  }
  if (!text.empty()) return std::nullopt;
  const int64_t ticks_of_day =
      hours * ticks_per_hour + minutes * ticks_per_minute + seconds * ticks_per_second + fraction;
  return static_cast<uint64_t>(days * ticks_per_day) + static_cast<uint64_t>(ticks_of_day);
}

}  // namespace

std::optional<TimeSpan> parse_time_span(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  const bool negative = skip(text, '-');
  if (text.empty() || !is_digit(text.front())) return std::nullopt;
  auto ticks = parse_clock(text);
  if (!ticks) ticks = parse_with_unit(text);
  // The least timespan is one tick longer than the greatest.
  constexpr uint64_t ticks_max = std::numeric_limits<int64_t>::max();
  if (!ticks || *ticks > ticks_max + (negative ? 1 : 0)) return std::nullopt;
  return TimeSpan{static_cast<int64_t>(negative ? -*ticks : *ticks)};
}

}  // namespace vedette::base
