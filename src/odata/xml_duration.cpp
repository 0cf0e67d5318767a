#include "xml_duration.h"

#include <charconv>
#include <cmath>

namespace vedette::odata {

std::optional<base::TimeSpan> parse_xml_duration(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  if (!text.starts_with('P') || text.size() < 3) return std::nullopt;
  text.remove_prefix(1);
  constexpr double limit_ticks = 9e18;
  double ticks = 0;
  bool in_time = false;
  int last_unit = -1;  // days, hours, minutes, seconds: each at most once, in this order
  while (!text.empty()) {
    if (text.front() == 'T') {
      if (in_time || text.size() == 1) return std::nullopt;
      in_time = true;
      text.remove_prefix(1);
      continue;
    }
    double number = 0;
    if (text.front() < '0' || text.front() > '9') return std::nullopt;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    if (read.ec != std::errc() || read.ptr == text.data() + text.size()) return std::nullopt;
    constexpr std::string_view units = "DHMS";
    constexpr int64_t sizes[] = {base::ticks_per_day, base::ticks_per_hour, base::ticks_per_minute,
                                 base::ticks_per_second};
    const size_t unit = units.find(*read.ptr);
    if (unit == units.npos || static_cast<int>(unit) <= last_unit || (unit > 0) != in_time) return std::nullopt;
    if (unit < 3 && number != std::floor(number)) return std::nullopt;
    last_unit = static_cast<int>(unit);
    ticks += number * static_cast<double>(sizes[unit]);
    text.remove_prefix(static_cast<size_t>(read.ptr - text.data()) + 1);
  }
  if (last_unit < 0 || ticks > limit_ticks) return std::nullopt;
  const auto whole = std::llround(ticks);
  return base::TimeSpan{negative ? -whole : whole};
}

}  // namespace vedette::odata
