// Durations of ISO 8601: 'P' (number designator)* ['T' (number designator)+], designators in order, each at most once.
#include <limits>

#include "characters.h"
#include "vedette/base/time.h"

namespace vedette::base {
namespace {

struct Designator {
  char letter;
  bool time;
  int64_t ticks;
};
constexpr Designator designators[] = {
    {'Y', false, 365 * ticks_per_day}, {'M', false, 30 * ticks_per_day}, {'W', false, 7 * ticks_per_day},
    {'D', false, ticks_per_day},       {'H', true, ticks_per_hour},      {'M', true, ticks_per_minute},
    {'S', true, ticks_per_second},
};

// A whole number and seven digits of fraction at most, as ten-millionths.
struct Number {
  int64_t whole = 0;
  int64_t fraction = 0;
};

std::optional<Number> take_number(std::string_view& text) {
  Number number;
  size_t at = 0;
  for (; at < text.size() && is_digit(text[at]); ++at) {
    if (number.whole > std::numeric_limits<int64_t>::max() / 10 - 10) return std::nullopt;
    number.whole = number.whole * 10 + (text[at] - '0');
  }
  if (at == 0) return std::nullopt;
  if (at < text.size() && (text[at] == '.' || text[at] == ',')) {
    int64_t unit = 1'000'000;
    const size_t begin = ++at;
    for (; at < text.size() && is_digit(text[at]); ++at, unit /= 10) number.fraction += (text[at] - '0') * unit;
    if (at == begin) return std::nullopt;
  }
  text.remove_prefix(at);
  return number;
}

bool add(TimeSpan& span, const Number& number, int64_t unit) {
  int64_t ticks = 0;
  const int64_t fraction = unit / 10'000'000 * number.fraction;
  return !__builtin_mul_overflow(number.whole, unit, &ticks) &&
         !__builtin_add_overflow(span.ticks, ticks, &span.ticks) &&
         !__builtin_add_overflow(span.ticks, fraction, &span.ticks);
}

}  // namespace

std::optional<TimeSpan> parse_iso_duration(std::string_view text) {
  if (text.size() < 3 || text[0] != 'P') return std::nullopt;
  text.remove_prefix(1);
  TimeSpan span;
  bool in_time = false;
  const Designator* next = designators;
  while (!text.empty()) {
    if (text[0] == 'T') {
      if (in_time || text.size() == 1) return std::nullopt;
      in_time = true;
      text.remove_prefix(1);
    }
    const auto number = take_number(text);
    if (!number || text.empty()) return std::nullopt;
    while (next != std::end(designators) && (next->time != in_time || next->letter != text[0])) ++next;
    if (next == std::end(designators) || !add(span, *number, next->ticks)) return std::nullopt;
    ++next;
    text.remove_prefix(1);
  }
  return span;
}

}  // namespace vedette::base
