// IP addresses as correlation sees them: how much an address identifies.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "vedette/base/ip_address.h"

namespace vedette::correlate {

using base::IpAddress;

// base's forms, also with "[…]" around and a "%zone" after the address.
std::optional<IpAddress> parse_ip_address(std::string_view text);

enum class Reach : uint8_t {
  none,      // loopback, link-local, multicast, unspecified, broadcast, or a private one that looks like a gateway
  private_,  // RFC 1918, RFC 6598, RFC 4193
  public_,
};
Reach reach(const IpAddress& address);

}  // namespace vedette::correlate
