// IPv4 and IPv6 addresses as KQL's functions write them: an address, and optionally '/' and how many of its leading
// bits count. Source: kusto/query/includes/ip-prefix-notation of the KQL documentation.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vedette::kql {

// The leading `prefix` bits of a value of `Bits` bits.
template <int Bits, class T>
constexpr T leading_bits(T value, int prefix) {
  return prefix <= 0 ? T{0} : prefix >= Bits ? value : static_cast<T>(value >> (Bits - prefix) << (Bits - prefix));
}

struct Ipv4 {
  static constexpr int bits = 32;
  uint32_t value = 0;
  int prefix = bits;
  uint32_t network() const { return leading_bits<bits>(value, prefix); }
};

// IPv4 text is ::ffff:a.b.c.d, its prefix counted from bit 96.
struct Ipv6 {
  static constexpr int bits = 128;
  using Value = unsigned __int128;
  Value value = 0;
  int prefix = bits;
  bool written_as_ipv4 = false;  // "a.b.c.d"
  bool compatible = false;       // "::a.b.c.d": the value has no ffff, but compares as IPv4
  Value network() const { return leading_bits<bits>(value, prefix); }
};

// Four numbers 0 … 255 between dots at the start of `text`, moving it past them; nullopt when there are none.
std::optional<uint32_t> take_ipv4(std::string_view& text);
std::optional<Ipv4> parse_ipv4(std::string_view text);
std::optional<Ipv6> parse_ipv6(std::string_view text);
// The form in which ipv6_compare() and its like see an address: ::a.b.c.d as ::ffff:a.b.c.d.
std::optional<Ipv6> parse_comparable_ipv6(std::string_view text);

void append_ipv4(std::string& out, uint32_t address);
void append_ipv6(std::string& out, Ipv6::Value address);  // eight groups of four digits

// Whether an address lies in a range. nullopt when the address has a prefix of its own, shorter than the range's, and
// it depends on how that is read: not at all, as its first address, or as all that the two prefixes share.
template <class Address>
std::optional<bool> lies_in(const Address& address, const Address& range) {
  const auto of_range = [&](auto value) { return leading_bits<Address::bits>(value, range.prefix); };
  const bool first = of_range(address.network()) == range.network();
  if (address.prefix >= range.prefix) return first;
  const bool shared = address.network() == leading_bits<Address::bits>(range.value, address.prefix);
  const bool as_written = of_range(address.value) == range.network();
  return first == shared && first == as_written ? std::optional(first) : std::nullopt;
}

}  // namespace vedette::kql
