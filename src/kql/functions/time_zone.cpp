// datetime_utc_to_local, datetime_local_to_utc and datetime_list_timezones, by the time zones of the system's database
// (tzdata). Source: kusto/query: datetime-utc-to-local-function.md, datetime-local-to-utc-function.md, timezone.md.
#include <date/tz.h>

#include <algorithm>
#include <stdexcept>

#include "calendar.h"
#include "families.h"
#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {
namespace {

using base::Result;

// What a machine has beside the database's names: its own zone, and the placeholder for having none.
bool is_zone_name(std::string_view name) { return name != "localtime" && name != "Factory"; }

// The library throws when it cannot read the database or does not know a name.
Result<const date::time_zone*> find_zone(std::string_view name) {
  try {
    if (is_zone_name(name)) return date::locate_zone(name);
  } catch (const std::runtime_error&) {
  }
  return base::fail(base::ErrorCode::semantic_error, "'" + std::string(name) + "' is no time zone that is known here.");
}

Result<std::vector<std::string>> zone_names() try {
  std::vector<std::string> names;
  for (const date::time_zone& zone : date::get_tzdb().zones)
    if (is_zone_name(zone.name())) names.push_back(zone.name());
  std::sort(names.begin(), names.end());
  return names;
} catch (const std::runtime_error& error) {
  return base::fail(base::ErrorCode::unavailable, "The time zone database cannot be read.").with_cause(error.what());
}

std::chrono::seconds unix_seconds(int64_t ticks) {
  return std::chrono::seconds(base::to_unix_seconds(base::DateTime{ticks}));
}

int64_t ticks_of(std::chrono::seconds seconds) { return seconds.count() * base::ticks_per_second; }

// The database is read up to here; the rules beyond are not.
constexpr int64_t known_until = base::from_unix_seconds(2'145'916'800).ticks;  // 2038-01-01

base::Error too_late(const date::time_zone& zone) {
  return base::fail(base::ErrorCode::not_supported, "Times of " + zone.name() + " after 2037 are not supported.");
}

Result<std::optional<int64_t>> utc_to_local(const date::time_zone& zone, int64_t utc) {
  if (utc >= known_until) return too_late(zone);
  const date::sys_info info = zone.get_info(date::sys_seconds(unix_seconds(utc)));
  return in_calendar(checked_add(utc, ticks_of(info.offset)));
}

// In the hour that a clock skips, its new offset counts (the page's example); which one counts in the hour that it
// repeats is not documented.
Result<std::optional<int64_t>> local_to_utc(const date::time_zone& zone, int64_t local) {
  if (local >= known_until) return too_late(zone);
  const date::local_info info = zone.get_info(date::local_seconds(unix_seconds(local)));
  if (info.result == date::local_info::ambiguous)
    return base::fail(base::ErrorCode::not_supported, "datetime_local_to_utc() of '" + base::format_date_time({local}) +
                                                          "', which " + zone.name() + " has twice, is not supported.");
  const auto offset = info.result == date::local_info::nonexistent ? info.second.offset : info.first.offset;
  return in_calendar(checked_subtract(local, ticks_of(offset)));
}

template <Result<std::optional<int64_t>> (*Convert)(const date::time_zone&, int64_t)>
Result<Vector> convert(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  const auto times = arguments[0].view<int64_t>();
  const auto names = arguments[1].view<std::string_view>();
  columnar::VectorBuilder out(Type::datetime);
  auto* values = out.resize<int64_t>(rows);
  const date::time_zone* zone = nullptr;
  std::string_view zone_name;
  for (size_t row = 0; row < rows; ++row) {
    if (!zone || names[row] != zone_name) {
      zone = TRY(find_zone(names[row]));
      zone_name = names[row];
    }
    const auto converted = times.is_null(row) ? std::optional<int64_t>() : TRY(Convert(*zone, times[row]));
    if (converted)
      values[row] = *converted;
    else
      out.set_null(row);
  }
  return out.finish();
}

Result<Vector> time_zones(const CallContext&, std::span<const Vector>, size_t rows) {
  const std::vector<std::string> names = TRY(zone_names());
  columnar::VectorBuilder out(Type::dynamic);
  auto* items = out.arena().allocate_array<columnar::Dynamic>(names.size());
  for (size_t i = 0; i < names.size(); ++i) items[i] = columnar::Dynamic::string(out.arena().copy(names[i]));
  out.append(columnar::Dynamic::array({items, names.size()}));
  return out.finish_constant(rows);
}

constexpr ScalarFunction time_zone_table[] = {
    {"datetime_utc_to_local", "(from: datetime, timezone: string) -> datetime", convert<utc_to_local>,
     "A time of UTC as the clocks of a time zone show it."},
    {"datetime_local_to_utc", "(from: datetime, timezone: string) -> datetime", convert<local_to_utc>,
     "A time on the clocks of a time zone as UTC."},
    {"datetime_list_timezones", "() -> dynamic", time_zones, "The names of all time zones."},
};

}  // namespace

std::span<const ScalarFunction> time_zone_functions() { return time_zone_table; }

}  // namespace vedette::kql
