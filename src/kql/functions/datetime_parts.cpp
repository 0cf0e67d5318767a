// datetime_part, datetime_add, datetime_diff, getyear and their like. Source: kusto/query, the page of each function.
// Their results are long, and datetime_diff's of weeks real: so the engine gives them, whatever its binder declares.
#include "ascii_fold.h"
#include "calendar.h"
#include "families.h"
#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {
namespace {

using base::Result;

enum class Part : uint8_t {
  year,
  quarter,
  month,
  week,
  week_of_year,
  day,
  day_of_year,
  hour,
  minute,
  second,
  millisecond,
  microsecond,
  nanosecond,
};

struct PartName {
  std::string_view name;
  Part part;
};
constexpr PartName part_names[] = {
    {"year", Part::year},
    {"quarter", Part::quarter},
    {"month", Part::month},
    {"week", Part::week},
    {"week_of_year", Part::week_of_year},
    {"day", Part::day},
    {"dayofyear", Part::day_of_year},
    {"hour", Part::hour},
    {"minute", Part::minute},
    {"second", Part::second},
    {"millisecond", Part::millisecond},
    {"microsecond", Part::microsecond},
    {"nanosecond", Part::nanosecond},
};

base::Error unknown_part(std::string_view text) {
  return base::fail(base::ErrorCode::semantic_error, "'" + std::string(text) + "' is no part of a datetime here.");
}

Result<Part> part_of(const Vector& argument, size_t rows) {
  if (rows > 1 && !argument.is_constant())
    return base::fail(base::ErrorCode::semantic_error, "The part of a datetime must be a literal.");
  const std::string_view text = rows == 0 ? std::string_view() : argument.view<std::string_view>()[0];
  for (const PartName& row : part_names)
    if (equal_ignoring_case(text, row.name)) return row.part;
  return unknown_part(text);
}

// Ticks of the parts that have a fixed length; 0 for the others.
int64_t ticks_of(Part part) {
  switch (part) {
    case Part::week:
      return 7 * base::ticks_per_day;
    case Part::day:
      return base::ticks_per_day;
    case Part::hour:
      return base::ticks_per_hour;
    case Part::minute:
      return base::ticks_per_minute;
    case Part::second:
      return base::ticks_per_second;
    case Part::millisecond:
      return base::ticks_per_millisecond;
    case Part::microsecond:
      return base::ticks_per_microsecond;
    default:
      return 0;
  }
}

int64_t months_of(Part part) { return part == Part::year ? 12 : part == Part::quarter ? 3 : part == Part::month; }

int64_t day_of_year(int64_t ticks) {
  return (ticks - start_of(Period::year, ticks, 0).value_or(ticks)) / base::ticks_per_day + 1;
}

int64_t value_of(Part part, int64_t ticks) {
  switch (part) {
    case Part::year:
      return month_number(ticks) / 12 + 1;
    case Part::quarter:
      return month_number(ticks) % 12 / 3 + 1;
    case Part::month:
      return month_number(ticks) % 12 + 1;
    case Part::day:
      return base::to_civil({ticks}).day;
    case Part::day_of_year:
      return day_of_year(ticks);
    case Part::hour:
      return ticks / base::ticks_per_hour % 24;
    case Part::minute:
      return ticks / base::ticks_per_minute % 60;
    case Part::second:
      return ticks / base::ticks_per_second % 60;
    case Part::millisecond:
      return ticks % base::ticks_per_second / base::ticks_per_millisecond;
    case Part::microsecond:
      return ticks % base::ticks_per_second / base::ticks_per_microsecond;
    case Part::nanosecond:
      return ticks % base::ticks_per_second * 100;
    case Part::week:
    case Part::week_of_year:
      break;
  }
  return iso_week(ticks);
}

template <Part P>
Result<Vector> get(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<int64_t>(Type::long_, arguments, rows, [](int64_t ticks) { return value_of(P, ticks); });
}

Result<Vector> part(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  if (rows == 0) return columnar::VectorBuilder(Type::long_).finish();
  const Part wanted = TRY(part_of(arguments[0], rows));
  if (wanted == Part::week) return unknown_part("week");
  return map<int64_t>(Type::long_, arguments.subspan(1), rows, [&](int64_t ticks) { return value_of(wanted, ticks); });
}

Result<Vector> add(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  if (rows == 0) return columnar::VectorBuilder(Type::datetime).finish();
  const Part step = TRY(part_of(arguments[0], rows));
  if (const int64_t months = months_of(step))
    return map<int64_t>(Type::datetime, arguments.subspan(1), rows,
                        [&](int64_t count, int64_t time) -> std::optional<int64_t> {
                          const auto all = checked_multiply(count, months);
                          return all ? add_months(time, *all) : std::nullopt;
                        });
  if (const int64_t unit = ticks_of(step))
    return map<int64_t>(Type::datetime, arguments.subspan(1), rows,
                        [&](int64_t count, int64_t time) -> std::optional<int64_t> {
                          const auto span = checked_multiply(count, unit);
                          return span ? in_calendar(checked_add(time, *span)) : std::nullopt;
                        });
  if (step != Part::nanosecond) return unknown_part(arguments[0].view<std::string_view>()[0]);
  bool splits_ticks = false;
  auto result = map<int64_t>(Type::datetime, arguments.subspan(1), rows, [&](int64_t count, int64_t time) {
    splits_ticks = splits_ticks || count % 100 != 0;
    return in_calendar(checked_add(time, count / 100));
  });
  if (splits_ticks)
    return base::fail(base::ErrorCode::not_supported, "datetime_add() of nanoseconds that are no multiple of 100.");
  return result;
}

// How many boundaries of a part lie between: 01:00 is two hours after 23:59 of the day before.
Result<Vector> difference(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  if (rows == 0) return columnar::VectorBuilder(Type::long_).finish();
  const Part step = TRY(part_of(arguments[0], rows));
  const auto times = arguments.subspan(1);
  if (const int64_t months = months_of(step))
    return map<int64_t>(Type::long_, times, rows,
                        [&](int64_t a, int64_t b) { return month_number(a) / months - month_number(b) / months; });
  if (step == Part::nanosecond)
    return map<int64_t>(Type::long_, times, rows, [](int64_t a, int64_t b) { return checked_multiply(a - b, 100); });
  const int64_t unit = step == Part::week ? 0 : ticks_of(step);
  if (unit == 0) return unknown_part(arguments[0].view<std::string_view>()[0]);
  return map<int64_t>(Type::long_, times, rows, [&](int64_t a, int64_t b) { return a / unit - b / unit; });
}

Result<Vector> difference_in_weeks(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<double>(Type::real, arguments.subspan(1), rows, [](int64_t a, int64_t b) {
    const auto week = [](int64_t ticks) { return (ticks / base::ticks_per_day + 1) / 7; };
    return static_cast<double>(week(a) - week(b));
  });
}

Result<Vector> week_day(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<int64_t>(Type::timespan, arguments, rows,
                      [](int64_t ticks) { return day_of_week(ticks) * base::ticks_per_day; });
}

constexpr std::string_view get_signature = "(datetime) -> long";
constexpr ScalarFunction table[] = {
    {"datetime_part", "(part: string, datetime) -> long", part, "A part of a time by its name."},
    {"datepart", "(part: string, datetime) -> long", part, "As datetime_part."},
    {"datetime_add", "(part: string, count: long, datetime) -> datetime", add, "A time moved by some parts."},
    {"datetime_diff", "(part: \"week\", datetime, datetime) -> real", difference_in_weeks,
     "How many Sundays begin between two times."},
    {"datetime_diff", "(part: string, datetime, datetime) -> long", difference,
     "How many boundaries of a part lie between two times."},
    {"getyear", get_signature, get<Part::year>, "The year."},
    {"getmonth", get_signature, get<Part::month>, "The month, 1 to 12."},
    {"monthofyear", get_signature, get<Part::month>, "The month, 1 to 12."},
    {"week_of_year", get_signature, get<Part::week_of_year>, "The number of the week by ISO 8601."},
    {"dayofyear", get_signature, get<Part::day_of_year>, "The day of the year, from 1."},
    {"dayofmonth", get_signature, get<Part::day>, "The day of the month, from 1."},
    {"dayofweek", "(datetime) -> timespan", week_day, "The days since the Sunday before."},
    {"hourofday", get_signature, get<Part::hour>, "The hour of the day, 0 to 23."},
};

}  // namespace

std::span<const ScalarFunction> datetime_part_functions() { return table; }

}  // namespace vedette::kql
