// datetime_part, datetime_add, datetime_diff, getyear and their like. Source: kusto/query, the page of each function.
// Their results are long, and datetime_diff's of weeks real: so the engine gives them, whatever its binder declares.
#include <array>

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

constexpr int64_t nanoseconds_per_tick = 100;

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

Result<Part> read_part(std::string_view text) {
  for (const PartName& row : part_names)
    if (equal_ignoring_case(text, row.name)) return row.part;
  return unknown_part(text);
}

// Calls f(part, values…) for the rows without nulls; f returns Result<std::optional<int64_t>>. The part is the first
// argument, the others are whole numbers and times.
template <Type Out, auto F, size_t... I>
Result<Vector> by_part(std::span<const Vector> arguments, size_t rows, std::index_sequence<I...>) {
  const auto names = arguments[0].view<std::string_view>();
  const std::array views{arguments[I + 1].view<int64_t>()...};
  columnar::VectorBuilder out(Out);
  auto* values = out.resize<int64_t>(rows);
  Part part{};
  for (size_t row = 0; row < rows; ++row) {
    if (row == 0 || (!arguments[0].is_constant() && names[row] != names[row - 1])) part = TRY(read_part(names[row]));
    const auto value =
        (views[I].is_null(row) || ...) ? std::optional<int64_t>() : TRY(F(part, names[row], views[I][row]...));
    if (value)
      values[row] = *value;
    else
      out.set_null(row);
  }
  return out.finish();
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
      return ticks % base::ticks_per_second * nanoseconds_per_tick;
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

Result<std::optional<int64_t>> part_of(Part part, std::string_view name, int64_t time) {
  if (part == Part::week) return unknown_part(name);
  return value_of(part, time);
}

Result<std::optional<int64_t>> sum(Part part, std::string_view name, int64_t count, int64_t time) {
  if (const int64_t months = months_of(part)) {
    const auto all = checked_multiply(count, months);
    return all ? add_months(time, *all) : std::nullopt;
  }
  if (const int64_t unit = ticks_of(part)) {
    const auto span = checked_multiply(count, unit);
    return span ? in_calendar(checked_add(time, *span)) : std::nullopt;
  }
  if (part != Part::nanosecond) return unknown_part(name);
  return in_calendar(checked_add(time, count / nanoseconds_per_tick));  // of a tick, what is less is cut
}

// How many boundaries of a part lie between: 01:00 is two hours after 23:59 of the day before.
Result<std::optional<int64_t>> difference(Part part, std::string_view name, int64_t a, int64_t b) {
  if (const int64_t months = months_of(part)) return month_number(a) / months - month_number(b) / months;
  if (part == Part::nanosecond) return checked_multiply(a - b, nanoseconds_per_tick);
  const int64_t unit = part == Part::week ? 0 : ticks_of(part);
  if (unit == 0) return unknown_part(name);
  return a / unit - b / unit;
}

template <Type Out, auto F, size_t Values>
Result<Vector> by_part(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return by_part<Out, F>(arguments, rows, std::make_index_sequence<Values>());
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
constexpr ScalarFunction datetime_parts_table[] = {
    {"datetime_part", "(part: string, datetime) -> long", by_part<Type::long_, part_of, 1>,
     "A part of a time by its name."},
    {"datepart", "(part: string, datetime) -> long", by_part<Type::long_, part_of, 1>, "As datetime_part."},
    {"datetime_add", "(part: string, count: long, datetime) -> datetime", by_part<Type::datetime, sum, 2>,
     "A time moved by some parts."},
    {"datetime_diff", "(part: \"week\", datetime, datetime) -> real", difference_in_weeks,
     "How many Sundays begin between two times."},
    {"datetime_diff", "(part: string, datetime, datetime) -> long", by_part<Type::long_, difference, 2>,
     "How many boundaries of a part lie between two times."},
    {"getyear", get_signature, get<Part::year>, "The year."},
    {"getmonth", get_signature, get<Part::month>, "The month, 1 to 12."},
    {"monthofyear", get_signature, get<Part::month>, "The month, 1 to 12."},
    {"week_of_year", get_signature, get<Part::week_of_year>, "The number of the week by ISO 8601."},
    {"weekofyear", get_signature, get<Part::week_of_year>, "The number of the week by ISO 8601."},
    {"dayofyear", get_signature, get<Part::day_of_year>, "The day of the year, from 1."},
    {"dayofmonth", get_signature, get<Part::day>, "The day of the month, from 1."},
    {"dayofweek", "(datetime) -> timespan", week_day, "The days since the Sunday before."},
    {"hourofday", get_signature, get<Part::hour>, "The hour of the day, 0 to 23."},
};

}  // namespace

std::span<const ScalarFunction> datetime_part_functions() { return datetime_parts_table; }

}  // namespace vedette::kql
