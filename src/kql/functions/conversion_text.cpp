// tostring and tohex: text from values. A null is "". Source: kusto/query, the page of each function.
#include <charconv>
#include <cmath>

#include "families.h"
#include "vedette/columnar/real_text.h"
#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {
namespace {

using base::Result;
using columnar::Dynamic;
using columnar::DynamicKind;

// Text of a dynamic: strings as they are, all else as JSON; null is "".
Result<Vector> text_of_dynamic(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  std::string json;
  columnar::VectorBuilder out(Type::string);
  auto* values = out.resize<std::string_view>(rows);
  const auto view = arguments[0].view<Dynamic>();
  RowWatch watch;
  for (size_t row = 0; row < rows; ++row) {
    if (view.is_null(row) || view[row].is_null()) continue;
    TRY(watch.before(row, out.arena(), steps_of(view[row])));
    if (view[row].kind() == DynamicKind::string) {
      values[row] = out.arena().copy(view[row].text());
      continue;
    }
    json.clear();
    columnar::append_engine_json(json, view[row]);
    std::string_view text = json;
    if (text.starts_with('"') && text.ends_with('"')) text = text.substr(1, text.size() - 2);
    if (text.size() > text_bytes_max) return text_too_long();
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

Result<Vector> text_of_bool(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map_text(arguments, rows, [](std::string& out, uint8_t value) { out += value ? "true" : "false"; });
}

Result<Vector> text_of_real(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map_text(arguments, rows, [](std::string& out, double value) {
    if (std::isfinite(value))
      columnar::append_real_text(out, value);
    else
      out += std::isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";  // as in the text of a dynamic
  });
}

// How many zeros the text of a decimal ends in is not documented.
Result<Vector> text_of_decimal(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  for (size_t row = 0; row < rows; ++row)
    if (!arguments[0].is_null(row))
      return base::fail(base::ErrorCode::not_supported, "tostring() of a decimal is not supported.");
  columnar::VectorBuilder out(Type::string);
  out.resize<std::string_view>(rows);
  return out.finish();
}

// At least `minLength` digits, at most 16; negative numbers have all digits of their type.
template <class T>
Result<Vector> hexadecimal(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  bool unclear = false;
  const auto write = [&](std::string& out, T value, int64_t length) {
    unclear = unclear || length < 1;
    char digits[16];
    const auto end = std::to_chars(digits, digits + sizeof digits, static_cast<std::make_unsigned_t<T>>(value), 16);
    const auto count = static_cast<int64_t>(end.ptr - digits);
    out.append(static_cast<size_t>(std::clamp<int64_t>(length, count, sizeof digits) - count), '0');
    out.append(digits, end.ptr);
  };
  auto result =
      arguments.size() == 1
          ? map_text(arguments, rows, [&](std::string& out, T value) { write(out, value, 1); })
          : map_text(arguments, rows, [&](std::string& out, T value, int64_t length) { write(out, value, length); });
  if (unclear) return base::fail(base::ErrorCode::not_supported, "tohex() with a length below 1 is not supported.");
  return result;
}

constexpr ScalarFunction conversion_text_table[] = {
    {"tostring", "(string) -> string", unchanged, "A value as text."},
    {"tostring", "(int|long) -> string", text_of_whole, "A whole number as text."},
    {"tostring", "(guid) -> string", text_of_guid, "A guid as text."},
    {"tostring", "(datetime) -> string", text_of_time, "A datetime as text."},
    {"tostring", "(timespan) -> string", text_of_span, "A timespan as text."},
    {"tostring", "(dynamic) -> string", text_of_dynamic, "A dynamic as text."},
    {"tostring", "(bool) -> string", text_of_bool, "A bool as text."},
    {"tostring", "(real) -> string", text_of_real, "A real as text."},
    {"tostring", "(decimal) -> string", text_of_decimal, "A decimal as text: refused."},
    {"tohex", "(int, length: long?) -> string", hexadecimal<int32_t>, "The hexadecimal digits of a whole number."},
    {"tohex", "(long, length: long?) -> string", hexadecimal<int64_t>, "The hexadecimal digits of a whole number."},
};

}  // namespace

std::span<const ScalarFunction> text_conversion_functions() { return conversion_text_table; }

}  // namespace vedette::kql
