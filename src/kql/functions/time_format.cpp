// format_datetime and format_timespan. A format is runs of the same letter, each one element, and delimiters; what is
// neither documented is refused. Source: kusto/query: format-datetime-function.md, format-timespan-function.md.
#include <algorithm>

#include "families.h"
#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {
namespace {

using base::Result;

enum class Of : uint8_t { datetime, timespan };

struct Element {
  char letter;  // or a delimiter
  size_t count;
};

struct Format {
  std::vector<Element> elements;
};

constexpr std::string_view delimiters = " /-:,._[]";

bool is_element(Of of, const Element& element) {
  const auto [letter, count] = element;
  switch (letter) {
    case 'd':
      return count <= (of == Of::datetime ? 2 : 8);
    case 'f':
    case 'F':
      return count <= 7;
    case 'h':
    case 'H':
    case 'm':
    case 's':
      return count <= 2;
    case 'M':
      return of == Of::datetime && count <= 2;
    case 'y':
      return of == Of::datetime && (count <= 2 || count == 4);
    case 't':
      return of == Of::datetime && count == 2;
    default:
      return false;
  }
}

Result<Format> read_format(Of of, std::string_view text) {
  Format out;
  for (size_t at = 0; at < text.size();) {
    const char letter = text[at];
    if (delimiters.find(letter) != std::string_view::npos) {
      out.elements.push_back({letter, 1});
      ++at;
      continue;
    }
    const size_t count = std::min(text.find_first_not_of(letter, at), text.size()) - at;
    if (!is_element(of, {letter, count}))
      return base::fail(base::ErrorCode::not_supported,
                        "The element '" + std::string(text.substr(at, count)) + "' of a format is not supported.");
    out.elements.push_back({letter, count});
    at += count;
  }
  return out;
}

void append_padded(std::string& out, int64_t value, size_t width) {
  const std::string digits = std::to_string(value);
  out.append(width > digits.size() ? width - digits.size() : 0, '0');
  out += digits;
}

// The first `count` digits of a fraction of seven; with 'F' without the zeros at their end.
void append_fraction(std::string& out, int64_t fraction_ticks, const Element& element) {
  std::string digits;
  append_padded(digits, fraction_ticks, 7);
  digits.resize(element.count);
  if (element.letter == 'F') digits.resize(digits.find_last_not_of('0') + 1);
  out += digits;
}

void append_time(std::string& out, const base::CivilTime& time, const Element& element) {
  switch (element.letter) {
    case 'd':
      return append_padded(out, time.day, element.count);
    case 'f':
    case 'F':
      return append_fraction(out, time.fraction_ticks, element);
    case 'h':
      return append_padded(out, (time.hour + 11) % 12 + 1, element.count);
    case 'H':
      return append_padded(out, time.hour, element.count);
    case 'm':
      return append_padded(out, time.minute, element.count);
    case 'M':
      return append_padded(out, time.month, element.count);
    case 's':
      return append_padded(out, time.second, element.count);
    case 't':
      out += time.hour < 12 ? "AM" : "PM";
      return;
    case 'y':
      return append_padded(out, element.count == 4 ? time.year : time.year % 100, element.count);
    default:
      out += element.letter;
  }
}

// 'h' stands only in the page's example. It is taken as .NET does for timespans: hours of the day, 0 to 23.
void append_span(std::string& out, int64_t ticks, const Element& element) {
  switch (element.letter) {
    case 'd':
      return append_padded(out, ticks / base::ticks_per_day, element.count);
    case 'f':
    case 'F':
      return append_fraction(out, ticks % base::ticks_per_second, element);
    case 'h':
    case 'H':
      return append_padded(out, ticks / base::ticks_per_hour % 24, element.count);
    case 'm':
      return append_padded(out, ticks / base::ticks_per_minute % 60, element.count);
    case 's':
      return append_padded(out, ticks / base::ticks_per_second % 60, element.count);
    default:
      out += element.letter;
  }
}

// The format of the row: read once when it is a constant.
template <class Append>
Result<Vector> formatted(Of of, std::span<const Vector> arguments, size_t rows, Append append) {
  const auto texts = arguments[1].view<std::string_view>();
  const auto ticks = arguments[0].view<int64_t>();
  columnar::VectorBuilder out(Type::string);
  auto* values = out.resize<std::string_view>(rows);
  Format format;
  std::string text;
  for (size_t row = 0; row < rows; ++row) {
    if (row == 0 || !arguments[1].is_constant()) format = TRY(read_format(of, texts[row]));
    if (ticks.is_null(row)) continue;
    text.clear();
    TRY(append(text, ticks[row], format));
    values[row] = out.arena().copy(text);
  }
  return out.finish();
}

Result<Vector> format_datetime(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return formatted(Of::datetime, arguments, rows,
                   [](std::string& out, int64_t ticks, const Format& format) -> base::Status {
                     const base::CivilTime time = base::to_civil({ticks});
                     for (const Element& element : format.elements) append_time(out, time, element);
                     return {};
                   });
}

Result<Vector> format_timespan(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return formatted(Of::timespan, arguments, rows,
                   [](std::string& out, int64_t ticks, const Format& format) -> base::Status {
                     if (ticks < 0)
                       return base::fail(base::ErrorCode::not_supported, "format_timespan() of a negative timespan.");
                     for (const Element& element : format.elements) append_span(out, ticks, element);
                     return {};
                   });
}

constexpr ScalarFunction time_format_table[] = {
    {"format_datetime", "(datetime, format: string) -> string", format_datetime, "A time as text, by a format."},
    {"format_timespan", "(timespan, format: string) -> string", format_timespan, "A timespan as text, by a format."},
};

}  // namespace

std::span<const ScalarFunction> time_format_functions() { return time_format_table; }

}  // namespace vedette::kql
