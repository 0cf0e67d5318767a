#include "sort_key.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "literal.h"

namespace vedette::store {
namespace {

constexpr uint64_t sign = uint64_t{1} << 63;
constexpr int64_t exact_max = int64_t{1} << 53;  // whole numbers up to here are doubles

std::string big_endian(char tag, uint64_t bits) {
  std::string out(1, tag);
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(bits >> shift & 0xFF);
  return out;
}

uint64_t ordered_bits(double value) {
  if (std::isnan(value)) return 0;
  const auto bits = std::bit_cast<uint64_t>(value == 0 ? 0.0 : value);
  return bits & sign ? ~bits : bits | sign;
}

uint64_t bits_of(std::string_view big_endian_bytes) {
  uint64_t bits = 0;
  for (const char c : big_endian_bytes) bits = bits << 8 | static_cast<unsigned char>(c);
  return bits;
}

double real_of(uint64_t bits) {
  if (bits == 0) return std::numeric_limits<double>::quiet_NaN();
  return std::bit_cast<double>(bits & sign ? bits ^ sign : ~bits);
}

}  // namespace

std::string sort_key(const Literal& value) {
  struct Writer {
    std::string operator()(std::monostate) const { return std::string(1, '\0'); }
    std::string operator()(bool value) const { return {'\1', value ? '\1' : '\0'}; }
    std::string operator()(int64_t value) const { return big_endian('\2', static_cast<uint64_t>(value) ^ sign); }
    std::string operator()(double value) const { return big_endian('\2', ordered_bits(value)); }
    std::string operator()(const std::string& value) const { return '\4' + value; }
    std::string operator()(base::DateTime value) const {
      return big_endian('\5', static_cast<uint64_t>(value.ticks) ^ sign);
    }
  };
  return std::visit(Writer{}, value);
}

Literal value_of_key(std::string_view key, ValueKind kind) {
  const std::string_view rest = key.substr(std::min<size_t>(1, key.size()));
  switch (key.empty() ? '\0' : key[0]) {
    case '\1':
      return rest == std::string_view("\1", 1);
    case '\2':
      if (kind == ValueKind::real) return real_of(bits_of(rest));
      return static_cast<int64_t>(bits_of(rest) ^ sign);
    case '\4':
      return std::string(rest);
    case '\5':
      return base::DateTime{static_cast<int64_t>(bits_of(rest) ^ sign)};
    default:
      return {};
  }
}

std::string floor_key(ValueKind kind) { return kind == ValueKind::real ? big_endian('\2', 0) : std::string(1, '\0'); }

std::optional<Literal> as_kind(const Literal& value, ValueKind kind) {
  const auto* whole = std::get_if<int64_t>(&value);
  const auto* real = std::get_if<double>(&value);
  const auto* text = std::get_if<std::string>(&value);
  switch (kind) {
    case ValueKind::boolean:
      return std::holds_alternative<bool>(value) ? std::optional(value) : std::nullopt;
    case ValueKind::int64:
      return whole ? std::optional(value) : std::nullopt;
    case ValueKind::real:
      if (whole && *whole >= -exact_max && *whole <= exact_max) return static_cast<double>(*whole);
      return real && !std::isnan(*real) ? std::optional(value) : std::nullopt;
    case ValueKind::text:
      return text ? std::optional(value) : std::nullopt;
    case ValueKind::text_ignoring_case:
      return text ? std::optional(Literal(folded(*text))) : std::nullopt;
    case ValueKind::date_time:
      return std::holds_alternative<base::DateTime>(value) ? std::optional(value) : std::nullopt;
    case ValueKind::collection:
    case ValueKind::complex:
      break;
  }
  return std::nullopt;
}

}  // namespace vedette::store
