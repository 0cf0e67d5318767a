#include "ip_address.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace vedette::kql {
namespace {

constexpr Ipv6::Value mapped = Ipv6::Value{0xffff} << 32;

// A number of 1 to `digits_max` digits at the start of `text`.
std::optional<uint32_t> take_number(std::string_view& text, size_t digits_max, int base) {
  uint32_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + std::min(text.size(), digits_max), value, base);
  if (read.ec != std::errc() || text.front() == '-') return std::nullopt;
  text.remove_prefix(static_cast<size_t>(read.ptr - text.data()));
  return value;
}

// "/n" at the end, or nothing: `bits`.
std::optional<int> rest_as_prefix(std::string_view text, int bits) {
  if (text.empty()) return bits;
  if (text.front() != '/') return std::nullopt;
  text.remove_prefix(1);
  const auto prefix = take_number(text, 3, 10);
  if (!prefix || !text.empty() || *prefix > static_cast<uint32_t>(bits)) return std::nullopt;
  return static_cast<int>(*prefix);
}

// The 16-bit groups of an IPv6 address in their order, and where "::" stood.
struct Groups {
  std::array<uint16_t, 8> values{};
  size_t count = 0;
  size_t gap = 8;  // before this group; 8: none
  bool dotted = false;

  bool add(uint32_t group) {
    if (count == values.size()) return false;
    values[count++] = static_cast<uint16_t>(group);
    return true;
  }
};

// RFC 4291, section 2.2: x:x:x:x:x:x:x:x, "::" once for groups of zero, the last two groups also as a.b.c.d.
std::optional<Groups> take_groups(std::string_view& text) {
  Groups groups;
  if (text.starts_with("::")) text.remove_prefix(2), groups.gap = 0;
  while (!text.empty() && text.front() != '/') {
    std::string_view dotted = text;
    if (const auto ipv4 = take_ipv4(dotted)) {
      text = dotted, groups.dotted = true;
      if (!groups.add(*ipv4 >> 16) || !groups.add(*ipv4 & 0xffff)) return std::nullopt;
      break;
    }
    const auto group = take_number(text, 4, 16);
    if (!group || !groups.add(*group)) return std::nullopt;
    if (text.starts_with("::")) {
      if (groups.gap < 8) return std::nullopt;
      text.remove_prefix(2), groups.gap = groups.count;
    } else if (text.starts_with(':')) {
      text.remove_prefix(1);
      if (text.empty() || text.front() == '/') return std::nullopt;
    } else {
      break;
    }
  }
  return groups;
}

}  // namespace

std::optional<uint32_t> take_ipv4(std::string_view& text) {
  std::string_view rest = text;
  uint32_t address = 0;
  for (int i = 0; i < 4; ++i) {
    if (i > 0) {
      if (!rest.starts_with('.')) return std::nullopt;
      rest.remove_prefix(1);
    }
    const auto part = take_number(rest, 3, 10);
    if (!part || *part > 255) return std::nullopt;
    address = address << 8 | *part;
  }
  text = rest;
  return address;
}

std::optional<Ipv4> parse_ipv4(std::string_view text) {
  const auto address = take_ipv4(text);
  if (!address) return std::nullopt;
  const auto prefix = rest_as_prefix(text, Ipv4::bits);
  return prefix ? std::optional(Ipv4{*address, *prefix}) : std::nullopt;
}

std::optional<Ipv6> parse_ipv6(std::string_view text) {
  if (const auto ipv4 = parse_ipv4(text)) return Ipv6{mapped | ipv4->value, ipv4->prefix + 96, true, false};
  const auto groups = take_groups(text);
  if (!groups || (groups->gap == 8 ? groups->count != 8 : groups->count == 8)) return std::nullopt;
  // A prefix of at most 32 behind an IPv4 tail counts from the tail's first bit.
  const auto prefix = rest_as_prefix(text, Ipv6::bits);
  if (!prefix) return std::nullopt;
  Ipv6 out;
  for (size_t i = 0; i < groups->count; ++i) {
    const size_t position = i < groups->gap ? i : i + 8 - groups->count;
    out.value |= Ipv6::Value{groups->values[i]} << (16 * (7 - position));
  }
  out.prefix = groups->dotted && *prefix <= Ipv4::bits ? *prefix + 96 : *prefix;
  out.compatible = groups->dotted && out.value >> 32 == 0;
  return out;
}

std::optional<Ipv6> parse_comparable_ipv6(std::string_view text) {
  auto out = parse_ipv6(text);
  if (out && out->compatible) out->value |= mapped;
  return out;
}

void append_ipv4(std::string& out, uint32_t address) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    out += std::to_string(address >> shift & 0xff);
    if (shift) out += '.';
  }
}

void append_ipv6(std::string& out, Ipv6::Value address) {
  for (int shift = 124; shift >= 0; shift -= 4) {
    out += "0123456789abcdef"[static_cast<unsigned>(address >> shift) & 0xf];
    if (shift && shift % 16 == 0) out += ':';
  }
}

}  // namespace vedette::kql
