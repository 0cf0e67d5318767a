// IP addresses as values: IPv4 and IPv6 in one form. (KQL's functions read masks and prefixes along with them, and have
// a grammar of their own.)
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vedette::base {

// IPv4 addresses are held IPv4-mapped (::ffff:a.b.c.d), so that both spellings are one address.
struct IpAddress {
  std::array<uint8_t, 16> bytes{};
  bool operator==(const IpAddress&) const = default;
};

inline constexpr size_t v4_offset = 12;  // of an IPv4 address among the bytes

// The forms of inet_pton: four decimal numbers, or RFC 4291. Nothing around them.
std::optional<IpAddress> parse_ip_address(std::string_view text);
std::string to_string(const IpAddress& address);
bool is_v4(const IpAddress& address);
// Whether the first `bits` bits of both are the same; of IPv4 addresses 96 more than one writes.
bool in_network(const IpAddress& address, const IpAddress& network, int bits);

}  // namespace vedette::base
