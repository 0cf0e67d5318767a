// convert_angle, convert_mass and their like, and format_bytes. "Invalid units return null."
// Source: kusto/query, the page of each function.
#include "units.h"

#include <fmt/format.h>

#include <cmath>

#include "ascii_fold.h"
#include "families.h"
#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {
namespace {

using base::Result;

// Null when there is no such unit.
Result<const Unit*> find_unit(Dimension dimension, std::string_view name) {
  for (const Unit& unit : units_of(dimension)) {
    if (!equal_ignoring_case(unit.name, name)) continue;
    if (unit.name != name)
      return base::fail(base::ErrorCode::not_supported,
                        fmt::format("The unit '{}' is not supported; '{}' is.", name, unit.name));
    if (unit.factor == 0)
      return base::fail(base::ErrorCode::not_supported, fmt::format("The unit '{}' is not supported.", name));
    return &unit;
  }
  return nullptr;
}

template <Dimension D>
Result<Vector> convert(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  const auto values = arguments[0].view<double>();
  const auto sources = arguments[1].view<std::string_view>(), targets = arguments[2].view<std::string_view>();
  columnar::VectorBuilder out(Type::real);
  auto* results = out.resize<double>(rows);
  const Unit *from = nullptr, *to = nullptr;
  for (size_t row = 0; row < rows; ++row) {
    if (!from || from->name != sources[row]) from = TRY(find_unit(D, sources[row]));
    if (!to || to->name != targets[row]) to = TRY(find_unit(D, targets[row]));
    if (!from || !to || values.is_null(row))
      out.set_null(row);
    else
      results[row] = (values[row] * from->factor + from->offset - to->offset) / to->factor;
  }
  return out.finish();
}

constexpr std::string_view byte_units[] = {"Bytes", "KB", "MB", "GB", "TB", "PB", "EB"};
constexpr int64_t precision_max = 15;

// The largest unit of which there is at least one, unless a unit is named; zeros at the end of the fraction are left
// out.
base::Status append_bytes(std::string& out, double size, int64_t precision, std::string_view wanted) {
  if (!(size >= 0 && size < 9.3e18))
    return base::fail(base::ErrorCode::not_supported, "format_bytes() of negative or huge sizes is not supported.");
  if (precision < 0 || precision > precision_max)
    return base::fail(base::ErrorCode::limit_exceeded,
                      fmt::format("The precision of format_bytes() must be 0 to {}.", precision_max));
  size_t unit = 0;
  if (wanted.empty()) {
    while (unit + 1 < std::size(byte_units) && size >= 1024) size /= 1024, ++unit;
  } else {
    while (unit < std::size(byte_units) && byte_units[unit] != wanted) size /= 1024, ++unit;
    if (unit == std::size(byte_units))
      return base::fail(base::ErrorCode::semantic_error, fmt::format("'{}' is no unit of format_bytes().", wanted));
  }
  const double scale = std::pow(10, static_cast<double>(precision));
  std::string number = fmt::format("{:.{}f}", std::round(size * scale) / scale, precision);
  if (precision > 0) {
    number.resize(number.find_last_not_of('0') + 1);
    if (number.back() == '.') number.pop_back();
  }
  out += number;
  out += ' ';
  out += byte_units[unit];
  return {};
}

Result<Vector> format_bytes(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  const auto sizes = arguments[0].view<double>();
  columnar::VectorBuilder out(Type::string);
  auto* values = out.resize<std::string_view>(rows);
  std::string text;
  for (size_t row = 0; row < rows; ++row) {
    if (sizes.is_null(row)) continue;
    const int64_t precision = arguments.size() > 1 ? arguments[1].view<int64_t>()[row] : 0;
    const std::string_view unit = arguments.size() > 2 ? arguments[2].view<std::string_view>()[row] : "";
    text.clear();
    TRY(append_bytes(text, sizes[row], precision, unit));
    values[row] = out.arena().copy(text);
  }
  return out.finish();
}

constexpr std::string_view signature = "(real, from: string, to: string) -> real";
constexpr ScalarFunction units_table[] = {
    {"convert_angle", signature, convert<Dimension::angle>, "An angle in another unit."},
    {"convert_energy", signature, convert<Dimension::energy>, "An energy in another unit."},
    {"convert_force", signature, convert<Dimension::force>, "A force in another unit."},
    {"convert_length", signature, convert<Dimension::length>, "A length in another unit."},
    {"convert_mass", signature, convert<Dimension::mass>, "A mass in another unit."},
    {"convert_speed", signature, convert<Dimension::speed>, "A speed in another unit."},
    {"convert_temperature", signature, convert<Dimension::temperature>, "A temperature in another unit."},
    {"convert_volume", signature, convert<Dimension::volume>, "A volume in another unit."},
    {"format_bytes", "(size: real, precision: long?, unit: string?) -> string", format_bytes,
     "A number of bytes as text, in a fitting or a named unit."},
};

}  // namespace

std::span<const ScalarFunction> units_functions() { return units_table; }

}  // namespace vedette::kql
