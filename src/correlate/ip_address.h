// IP addresses as correlation sees them: one text form, and how much an address identifies.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vedette::correlate {

// IPv4 addresses are held IPv4-mapped (::ffff:a.b.c.d), so that both spellings are one address.
struct IpAddress {
  std::array<uint8_t, 16> bytes{};
  bool operator==(const IpAddress&) const = default;
};

// Accepts "[…]" around and a "%zone" after the address.
std::optional<IpAddress> parse_ip_address(std::string_view text);
std::string to_string(const IpAddress& address);
bool is_v4(const IpAddress& address);
bool in_network(const IpAddress& address, const IpAddress& network, int bits);

enum class Reach : uint8_t {
  none,      // loopback, link-local, multicast, unspecified, broadcast, or a private one that looks like a gateway
  private_,  // RFC 1918, RFC 6598, RFC 4193
  public_,
};
Reach reach(const IpAddress& address);

}  // namespace vedette::correlate
