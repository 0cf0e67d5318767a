// now, ago and bin. Source: kusto/query, the page of each function.
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

// The multiple of `size` at or below `value`; null unless the size is positive.
std::optional<int64_t> rounded_down(int64_t value, int64_t size) {
  if (size <= 0) return std::nullopt;
  const int64_t rest = value % size;
  return checked_subtract(value, rest < 0 ? rest + size : rest);
}

template <Type Out>
Result<Vector> bin_whole(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<int64_t>(Out, arguments, rows, [](int64_t value, int64_t size) { return rounded_down(value, size); });
}

Result<Vector> bin_real(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<double>(Type::real, arguments, rows, [](double value, double size) -> std::optional<double> {
    if (!(size > 0)) return std::nullopt;
    return std::floor(value / size) * size;
  });
}

constexpr ScalarFunction table[] = {
    {"now", "(offset: timespan?) -> datetime", now, "The time of the query.", Determinism::per_query},
    {"ago", "(timespan) -> datetime", ago, "A time before that of the query.", Determinism::per_query},
    {"bin", "(long, long) -> long", bin_whole<Type::long_>, "A value rounded down to a multiple."},
    {"bin", "(real, real) -> real", bin_real, "A value rounded down to a multiple."},
    {"bin", "(datetime, timespan) -> datetime", bin_whole<Type::datetime>, "A time rounded down."},
    {"bin", "(timespan, timespan) -> timespan", bin_whole<Type::timespan>, "A timespan rounded down."},
};

}  // namespace

std::span<const ScalarFunction> datetime_functions() { return table; }

}  // namespace vedette::kql
