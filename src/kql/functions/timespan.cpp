// make_timespan and around. Source: kusto/query: make-timespan-function.md, around-function.md.
#include <cmath>

#include "calendar.h"
#include "families.h"
#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {
namespace {

using base::Result;

// "hour: from 0-23, minute: from 0-59, second: from 0 to 59.9999999", else null.
std::optional<int64_t> made(int64_t days, int64_t hours, int64_t minutes, double seconds) {
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || !(seconds >= 0 && seconds < 60)) return std::nullopt;
  const auto whole = checked_multiply(days, base::ticks_per_day);
  if (days < 0 || !whole) return std::nullopt;
  return checked_add(*whole, hours * base::ticks_per_hour + minutes * base::ticks_per_minute +
                                 std::llround(seconds * base::ticks_per_second));
}

Result<Vector> make_timespan(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  switch (arguments.size()) {
    case 2:
      return map<int64_t>(Type::timespan, arguments, rows,
                          [](int64_t hours, int64_t minutes) { return made(0, hours, minutes, 0); });
    case 3:
      return map<int64_t>(Type::timespan, arguments, rows, [](int64_t hours, int64_t minutes, double seconds) {
        return made(0, hours, minutes, seconds);
      });
    default:
      return map<int64_t>(Type::timespan, arguments, rows,
                          [](int64_t days, int64_t hours, int64_t minutes, double seconds) {
                            return made(days, hours, minutes, seconds);
                          });
  }
}

std::optional<uint8_t> within(int64_t value, int64_t center, int64_t delta) {
  const auto low = checked_subtract(center, delta), high = checked_add(center, delta);
  if (delta < 0) return false;
  return (!low || value >= *low) && (!high || value <= *high);
}

std::optional<uint8_t> within(double value, double center, double delta) {
  return value >= center - delta && value <= center + delta;
}

template <class T>
Result<Vector> around(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<uint8_t>(Type::bool_, arguments, rows,
                      [](T value, T center, T delta) { return within(value, center, delta); });
}

constexpr std::string_view around_summary = "Whether a value lies around another, ends included.";
constexpr ScalarFunction timespan_table[] = {
    {"make_timespan", "(hours: long, minutes: long) -> timespan", make_timespan, "A timespan out of its parts."},
    {"make_timespan", "(hours: long, minutes: long, seconds: real) -> timespan", make_timespan,
     "A timespan out of its parts."},
    {"make_timespan", "(days: long, hours: long, minutes: long, seconds: real) -> timespan", make_timespan,
     "A timespan out of its parts."},
    {"around", "(long, center: long, delta: long) -> bool", around<int64_t>, around_summary},
    {"around", "(real, center: real, delta: real) -> bool", around<double>, around_summary},
    {"around", "(datetime, center: datetime, delta: timespan) -> bool", around<int64_t>, around_summary},
    {"around", "(timespan, center: timespan, delta: timespan) -> bool", around<int64_t>, around_summary},
};

}  // namespace

std::span<const ScalarFunction> timespan_functions() { return timespan_table; }

}  // namespace vedette::kql
