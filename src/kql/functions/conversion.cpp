// tostring, tolong, todatetime, …: text and numbers into each other. Source: kusto/query, the page of each function.
// What cannot be converted is null (of tostring: "").
#include <charconv>
#include <cmath>
#include <limits>

#include "families.h"
#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {
namespace {

using base::Result;
using columnar::Decimal;
using columnar::Dynamic;
using columnar::DynamicKind;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

template <class T>
std::optional<T> whole(double value) {
  const double cut = std::trunc(value);
  if (!(cut >= static_cast<double>(std::numeric_limits<T>::min()) &&
        cut < -static_cast<double>(std::numeric_limits<T>::min())))
    return std::nullopt;
  return static_cast<T>(cut);
}

template <class T>
std::optional<T> whole(std::string_view text) {
  text = trimmed(text);
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  T value{};
  const char* begin = text.data() + (hexadecimal ? 2 : text.starts_with('+') ? 1 : 0);
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(begin, end, value, hexadecimal ? 16 : 10);
  if (read.ec == std::errc() && read.ptr == end && begin != end) return value;
  return std::nullopt;
}

template <class T>
std::optional<T> whole(const Dynamic& value) {
  switch (value.kind()) {
    case DynamicKind::boolean:
      return value.boolean() ? 1 : 0;
    case DynamicKind::int64:
      if (value.integer() < std::numeric_limits<T>::min() || value.integer() > std::numeric_limits<T>::max())
        return std::nullopt;
      return static_cast<T>(value.integer());
    case DynamicKind::real:
      return whole<T>(value.real());
    case DynamicKind::string:
      return whole<T>(value.text());
    default:
      return std::nullopt;
  }
}

std::optional<double> real_of(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> real_of(const Dynamic& value) {
  switch (value.kind()) {
    case DynamicKind::boolean:
      return value.boolean() ? 1 : 0;
    case DynamicKind::int64:
      return static_cast<double>(value.integer());
    case DynamicKind::real:
      return value.real();
    case DynamicKind::string:
      return real_of(value.text());
    default:
      return std::nullopt;
  }
}

// A number, bool, text or dynamic as a whole number.
template <class T, Type Out>
Result<Vector> to_whole(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  switch (arguments[0].type()) {
    case Type::bool_:
      return map<T>(Out, arguments, rows, [](uint8_t value) -> T { return value; });
    case Type::int_:
      return map<T>(Out, arguments, rows, [](int32_t value) -> T { return value; });
    case Type::long_:
      return map<T>(Out, arguments, rows, [](int64_t value) -> std::optional<T> {
        if (value < std::numeric_limits<T>::min() || value > std::numeric_limits<T>::max()) return std::nullopt;
        return static_cast<T>(value);
      });
    case Type::real:
      return map<T>(Out, arguments, rows, [](double value) { return whole<T>(value); });
    case Type::string:
      return map<T>(Out, arguments, rows, [](std::string_view text) { return whole<T>(text); });
    default:
      return map<T>(Out, arguments, rows, [](const Dynamic& value) { return whole<T>(value); });
  }
}

Result<Vector> to_real(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  switch (arguments[0].type()) {
    case Type::int_:
      return map<double>(Type::real, arguments, rows, [](int32_t value) -> double { return value; });
    case Type::long_:
      return map<double>(Type::real, arguments, rows, [](int64_t value) { return static_cast<double>(value); });
    case Type::real:
      return arguments[0];
    case Type::decimal:
      return map<double>(Type::real, arguments, rows, [](const Decimal& value) { return columnar::to_real(value); });
    case Type::string:
      return map<double>(Type::real, arguments, rows, [](std::string_view text) { return real_of(text); });
    default:
      return map<double>(Type::real, arguments, rows, [](const Dynamic& value) { return real_of(value); });
  }
}

Result<Vector> decimal_of_whole(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  if (arguments[0].type() == Type::int_)
    return map<Decimal>(Type::decimal, arguments, rows,
                        [](int32_t value) { return columnar::decimal_from_long(value); });
  return map<Decimal>(Type::decimal, arguments, rows, [](int64_t value) { return columnar::decimal_from_long(value); });
}

Result<Vector> decimal_of_text(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<Decimal>(Type::decimal, arguments, rows,
                      [](std::string_view text) { return columnar::parse_decimal(trimmed(text)); });
}

std::optional<int64_t> ticks_of(std::optional<base::DateTime> time) {
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

Result<Vector> timespan_of_text(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<int64_t>(Type::timespan, arguments, rows, [](std::string_view text) -> std::optional<int64_t> {
    const auto span = base::parse_time_span(text);
    return span ? std::optional(span->ticks) : std::nullopt;
  });
}

Result<Vector> same(const CallContext&, std::span<const Vector> arguments, size_t) { return arguments[0]; }

// Text of a dynamic: strings as they are, all else as JSON; null is "".
Result<Vector> text_of_dynamic(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  std::string json;
  columnar::VectorBuilder out(Type::string);
  auto* values = out.resize<std::string_view>(rows);
  const auto view = arguments[0].view<Dynamic>();
  for (size_t row = 0; row < rows; ++row) {
    if (view.is_null(row) || view[row].is_null()) continue;
    if (view[row].kind() == DynamicKind::string) {
      values[row] = out.arena().copy(view[row].text());
      continue;
    }
    json.clear();
    columnar::append_json(json, arguments[0], row);
    std::string_view text = json;
    if (text.starts_with('"') && text.ends_with('"')) text = text.substr(1, text.size() - 2);
    values[row] = out.arena().copy(text);
  }
  return out.finish();
}

Result<Vector> text_of_whole(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  if (arguments[0].type() == Type::int_)
    return map_text(arguments, rows, [](std::string& out, int32_t value) { out += std::to_string(value); });
  return map_text(arguments, rows, [](std::string& out, int64_t value) { out += std::to_string(value); });
}

Result<Vector> text_of_guid(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map_text(arguments, rows, [](std::string& out, const base::Guid& value) { out += base::to_string(value); });
}

Result<Vector> text_of_time(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map_text(arguments, rows, [](std::string& out, int64_t ticks) { out += base::format_date_time({ticks}); });
}

Result<Vector> text_of_span(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map_text(arguments, rows, [](std::string& out, int64_t ticks) { out += base::format_time_span({ticks}); });
}

constexpr std::string_view long_signature = "(bool|int|long|real|string|dynamic) -> long";
constexpr std::string_view real_signature = "(int|long|real|decimal|string|dynamic) -> real";
constexpr ScalarFunction table[] = {
    {"toint", "(bool|int|long|real|string|dynamic) -> int", to_whole<int32_t, Type::int_>, "A value as an int."},
    {"tolong", long_signature, to_whole<int64_t, Type::long_>, "A value as a long."},
    {"toreal", real_signature, to_real, "A value as a real."},
    {"todouble", real_signature, to_real, "A value as a real."},
    {"todecimal", "(decimal) -> decimal", same, "A value as a decimal."},
    {"todecimal", "(int|long) -> decimal", decimal_of_whole, "A whole number as a decimal."},
    {"todecimal", "(string) -> decimal", decimal_of_text, "A text as a decimal."},
    {"todatetime", "(datetime) -> datetime", same, "A value as a datetime."},
    {"todatetime", "(string) -> datetime", datetime_of_text,
     "A text as a datetime: ISO 8601, RFC 822, RFC 850, month/day/year."},
    {"todatetime", "(dynamic) -> datetime", datetime_of_dynamic, "A dynamic as a datetime."},
    {"totimespan", "(timespan) -> timespan", same, "A value as a timespan."},
    {"totimespan", "(string) -> timespan", timespan_of_text, "A text as a timespan."},
    {"tostring", "(string) -> string", same, "A value as text."},
    {"tostring", "(int|long) -> string", text_of_whole, "A whole number as text."},
    {"tostring", "(guid) -> string", text_of_guid, "A guid as text."},
    {"tostring", "(datetime) -> string", text_of_time, "A datetime as text."},
    {"tostring", "(timespan) -> string", text_of_span, "A timespan as text."},
    {"tostring", "(dynamic) -> string", text_of_dynamic, "A dynamic as text."},
};

}  // namespace

std::span<const ScalarFunction> conversion_functions() { return table; }

}  // namespace vedette::kql
