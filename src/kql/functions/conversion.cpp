// tolong, tobool, toguid, …: values of the other types from text, numbers, times and dynamics. Source: kusto/query, the
// page of each function. What cannot be converted is null.
#include "conversion.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "ascii_fold.h"
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

// A number, bool, text or dynamic as a whole number; a time as its ticks.
template <class T, Type Out>
Result<Vector> to_whole(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  switch (arguments[0].type()) {
    case Type::bool_:
      return map<T>(Out, arguments, rows, [](uint8_t value) -> T { return value; });
    case Type::int_:
      return map<T>(Out, arguments, rows, [](int32_t value) -> T { return value; });
    case Type::long_:
    case Type::datetime:
    case Type::timespan:
      return map<T>(Out, arguments, rows, [](int64_t value) -> std::optional<T> {
        if (value < std::numeric_limits<T>::min() || value > std::numeric_limits<T>::max()) return std::nullopt;
        return static_cast<T>(value);
      });
    case Type::real:
      return map<T>(Out, arguments, rows, [](double value) { return whole<T>(value); });
    case Type::decimal:
      return map<T>(Out, arguments, rows, [](const Decimal& value) -> std::optional<T> {
        const auto cut = columnar::to_long(value);
        if (!cut || *cut < std::numeric_limits<T>::min() || *cut > std::numeric_limits<T>::max()) return std::nullopt;
        return static_cast<T>(*cut);
      });
    case Type::string:
      return map<T>(Out, arguments, rows, [](std::string_view text) { return whole<T>(text); });
    default:
      return map<T>(Out, arguments, rows, [](const Dynamic& value) { return whole<T>(value); });
  }
}

Result<Vector> to_real(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  switch (arguments[0].type()) {
    case Type::bool_:
      return map<double>(Type::real, arguments, rows, [](uint8_t value) -> double { return value; });
    case Type::int_:
      return map<double>(Type::real, arguments, rows, [](int32_t value) -> double { return value; });
    case Type::long_:
    case Type::datetime:
    case Type::timespan:
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

Result<Vector> decimal_of_real(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<Decimal>(Type::decimal, arguments, rows, [](double value) { return columnar::decimal_from_real(value); });
}

Result<Vector> decimal_of_dynamic(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<Decimal>(Type::decimal, arguments, rows, [](const Dynamic& value) -> std::optional<Decimal> {
    if (value.kind() == DynamicKind::int64) return columnar::decimal_from_long(value.integer());
    if (value.kind() == DynamicKind::real) return columnar::decimal_from_real(value.real());
    if (value.kind() == DynamicKind::string) return columnar::parse_decimal(trimmed(value.text()));
    return std::nullopt;
  });
}

// "true" and "false" in any case; what is a number, as text too: tobool(1) is of a string by its page.
std::optional<uint8_t> truth_of(std::string_view text) {
  text = trimmed(text);
  if (equal_ignoring_case(text, "true")) return 1;
  if (equal_ignoring_case(text, "false")) return 0;
  const auto number = real_of(text);
  return number ? std::optional<uint8_t>(*number != 0) : std::nullopt;
}

std::optional<uint8_t> truth_of(const Dynamic& value) {
  switch (value.kind()) {
    case DynamicKind::boolean:
      return value.boolean();
    case DynamicKind::int64:
      return value.integer() != 0;
    case DynamicKind::real:
      return value.real() != 0;
    case DynamicKind::string:
      return truth_of(value.text());
    default:
      return std::nullopt;
  }
}

template <class T>
Result<Vector> bool_of_number(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<uint8_t>(Type::bool_, arguments, rows, [](T value) -> uint8_t { return value != 0; });
}

template <class T>
Result<Vector> bool_of_text(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<uint8_t>(Type::bool_, arguments, rows, [](const T& value) { return truth_of(value); });
}

// "Takes the first 32 characters of the input, ignoring properly located hyphens. The rest of the string is ignored."
std::optional<base::Guid> guid_of(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (digits.size() == 32) break;
    const bool between = digits.size() >= 8 && digits.size() <= 20 && digits.size() % 4 == 0;
    if (c == '-' && between) continue;
    digits += c;
  }
  return digits.size() == 32 ? base::parse_guid(digits) : std::nullopt;
}

Result<Vector> guid_of_text(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<base::Guid>(Type::guid, arguments, rows, [](std::string_view text) { return guid_of(text); });
}

Result<Vector> guid_of_dynamic(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<base::Guid>(Type::guid, arguments, rows, [](const Dynamic& value) -> std::optional<base::Guid> {
    if (value.kind() == DynamicKind::guid) return value.guid();
    return value.kind() == DynamicKind::string ? guid_of(value.text()) : std::nullopt;
  });
}

constexpr std::string_view bool_summary = "A value as a bool: of numbers, whether it is not zero.";
constexpr std::string_view int_signature = "(bool|number|datetime|timespan|string|dynamic) -> int";
constexpr std::string_view long_signature = "(bool|number|datetime|timespan|string|dynamic) -> long";
constexpr std::string_view real_signature = "(bool|number|datetime|timespan|string|dynamic) -> real";
constexpr ScalarFunction conversion_table[] = {
    {"toint", int_signature, to_whole<int32_t, Type::int_>, "A value as an int."},
    {"tolong", long_signature, to_whole<int64_t, Type::long_>, "A value as a long."},
    {"toreal", real_signature, to_real, "A value as a real."},
    {"todouble", real_signature, to_real, "A value as a real."},
    {"todecimal", "(decimal) -> decimal", unchanged, "A value as a decimal."},
    {"todecimal", "(int|long) -> decimal", decimal_of_whole, "A whole number as a decimal."},
    {"todecimal", "(string) -> decimal", decimal_of_text, "A text as a decimal."},
    {"todecimal", "(real) -> decimal", decimal_of_real, "A real as a decimal, by its shortest text."},
    {"todecimal", "(dynamic) -> decimal", decimal_of_dynamic, "A dynamic as a decimal."},
    {"tobool", "(bool) -> bool", unchanged, bool_summary},
    {"tobool", "(long) -> bool", bool_of_number<int64_t>, bool_summary},
    {"tobool", "(real) -> bool", bool_of_number<double>, bool_summary},
    {"tobool", "(string) -> bool", bool_of_text<std::string_view>, bool_summary},
    {"tobool", "(dynamic) -> bool", bool_of_text<Dynamic>, bool_summary},
    {"toboolean", "(bool) -> bool", unchanged, bool_summary},
    {"toboolean", "(long) -> bool", bool_of_number<int64_t>, bool_summary},
    {"toboolean", "(real) -> bool", bool_of_number<double>, bool_summary},
    {"toboolean", "(string) -> bool", bool_of_text<std::string_view>, bool_summary},
    {"toboolean", "(dynamic) -> bool", bool_of_text<Dynamic>, bool_summary},
    {"toguid", "(guid) -> guid", unchanged, "A value as a guid."},
    {"toguid", "(string) -> guid", guid_of_text, "A text as a guid."},
    {"toguid", "(dynamic) -> guid", guid_of_dynamic, "A dynamic as a guid."},
};

}  // namespace

std::optional<int64_t> long_of(double value) { return whole<int64_t>(value); }
std::optional<int64_t> long_of(const Dynamic& value) { return whole<int64_t>(value); }
std::optional<double> double_of(const Dynamic& value) { return real_of(value); }

std::span<const ScalarFunction> conversion_functions() { return conversion_table; }

}  // namespace vedette::kql
