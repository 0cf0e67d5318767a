// todatetime and totimespan: times from text, dynamics, and numbers, which count ticks. Source: kusto/query:
// todatetime-function.md, totimespan-function.md; scalar-data-types/datetime.md, "ticks". What cannot be converted is
// null.
#include "calendar.h"
#include "conversion.h"
#include "families.h"
#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {
namespace {

using base::Result;
using columnar::Dynamic;
using columnar::DynamicKind;

template <class Time>
std::optional<int64_t> ticks_of(const std::optional<Time>& time) {
  return time ? std::optional(time->ticks) : std::nullopt;
}

Result<Vector> datetime_of_text(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<int64_t>(Type::datetime, arguments, rows,
                      [](std::string_view text) { return ticks_of(base::parse_date_time(text)); });
}

Result<Vector> datetime_of_dynamic(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<int64_t>(Type::datetime, arguments, rows, [](const Dynamic& value) -> std::optional<int64_t> {
    if (value.kind() == DynamicKind::datetime) return value.integer();
    if (value.kind() == DynamicKind::string) return ticks_of(base::parse_date_time(value.text()));
    return std::nullopt;
  });
}

Result<Vector> datetime_of_whole(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<int64_t>(Type::datetime, arguments, rows, [](int64_t ticks) { return in_calendar(ticks); });
}

Result<Vector> datetime_of_real(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<int64_t>(Type::datetime, arguments, rows, [](double ticks) { return in_calendar(long_of(ticks)); });
}

Result<Vector> timespan_of_text(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<int64_t>(Type::timespan, arguments, rows,
                      [](std::string_view text) { return ticks_of(base::parse_time_span(text)); });
}

Result<Vector> timespan_of_dynamic(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<int64_t>(Type::timespan, arguments, rows, [](const Dynamic& value) { return timespan_ticks_of(value); });
}

Result<Vector> timespan_of_whole(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<int64_t>(Type::timespan, arguments, rows, [](int64_t ticks) { return ticks; });
}

Result<Vector> timespan_of_real(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<int64_t>(Type::timespan, arguments, rows, [](double ticks) { return long_of(ticks); });
}

constexpr ScalarFunction time_conversion_table[] = {
    {"todatetime", "(datetime) -> datetime", unchanged, "A value as a datetime."},
    {"todatetime", "(string) -> datetime", datetime_of_text,
     "A text as a datetime: ISO 8601, RFC 822, RFC 850, month/day/year."},
    {"todatetime", "(dynamic) -> datetime", datetime_of_dynamic, "A dynamic as a datetime."},
    {"todatetime", "(long) -> datetime", datetime_of_whole, "The datetime so many ticks after the year 1 began."},
    {"todatetime", "(real) -> datetime", datetime_of_real, "The datetime so many ticks after the year 1 began."},
    {"totimespan", "(timespan) -> timespan", unchanged, "A value as a timespan."},
    {"totimespan", "(string) -> timespan", timespan_of_text, "A text as a timespan."},
    {"totimespan", "(dynamic) -> timespan", timespan_of_dynamic, "A dynamic as a timespan."},
    {"totimespan", "(long) -> timespan", timespan_of_whole, "So many ticks of 100 nanoseconds."},
    {"totimespan", "(real) -> timespan", timespan_of_real, "So many ticks of 100 nanoseconds."},
    {"totime", "(timespan) -> timespan", unchanged, "As totimespan."},
    {"totime", "(string) -> timespan", timespan_of_text, "As totimespan."},
    {"totime", "(dynamic) -> timespan", timespan_of_dynamic, "As totimespan."},
    {"totime", "(long) -> timespan", timespan_of_whole, "As totimespan."},
    {"totime", "(real) -> timespan", timespan_of_real, "As totimespan."},
};

}  // namespace

std::optional<int64_t> timespan_ticks_of(const Dynamic& value) {
  if (value.kind() == DynamicKind::timespan) return value.integer();
  return value.kind() == DynamicKind::string ? ticks_of(base::parse_time_span(value.text())) : std::nullopt;
}

std::span<const ScalarFunction> time_conversion_functions() { return time_conversion_table; }

}  // namespace vedette::kql
