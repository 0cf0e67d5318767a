#include "public_address.h"

#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "vedette/base/ip_address.h"
#include "vedette/http/client.h"

namespace vedette::http {

namespace {

struct Range4 {
  uint32_t network;
  int bits;
};

constexpr uint32_t ip4(uint32_t a, uint32_t b, uint32_t c, uint32_t d) { return a << 24 | b << 16 | c << 8 | d; }

constexpr std::array special4 = {
    Range4{ip4(0, 0, 0, 0), 8},        // this network
    Range4{ip4(10, 0, 0, 0), 8},       // private
    Range4{ip4(100, 64, 0, 0), 10},    // shared
    Range4{ip4(127, 0, 0, 0), 8},      // loopback
    Range4{ip4(169, 254, 0, 0), 16},   // link-local, metadata services among it
    Range4{ip4(172, 16, 0, 0), 12},    // private
    Range4{ip4(192, 0, 0, 0), 24},     // protocol assignments
    Range4{ip4(192, 0, 2, 0), 24},     // documentation
    Range4{ip4(192, 88, 99, 0), 24},   // 6to4 relays
    Range4{ip4(192, 168, 0, 0), 16},   // private
    Range4{ip4(198, 18, 0, 0), 15},    // benchmarking
    Range4{ip4(198, 51, 100, 0), 24},  // documentation
    Range4{ip4(203, 0, 113, 0), 24},   // documentation
    Range4{ip4(224, 0, 0, 0), 3},      // multicast, reserved, broadcast
};

bool is_public4(uint32_t address) {
  return std::none_of(special4.begin(), special4.end(),
                      [&](const Range4& range) { return (address ^ range.network) >> (32 - range.bits) == 0; });
}

uint32_t ip4_at(const in6_addr& address, size_t at) {
  const uint8_t* bytes = address.s6_addr + at;
  return ip4(bytes[0], bytes[1], bytes[2], bytes[3]);
}

// Global unicast is 2000::/3; of it and of the translated forms, what carries an IPv4 address is judged by that.
bool is_public6(const in6_addr& address) {
  const uint32_t first = ip4_at(address, 0);
  if (IN6_IS_ADDR_V4MAPPED(&address)) return is_public4(ip4_at(address, 12));
  if (first == 0x0064ff9b && ip4_at(address, 4) == 0 && ip4_at(address, 8) == 0)  // NAT64, RFC 6052
    return is_public4(ip4_at(address, 12));
  if (first >> 29 != 1) return false;
  if (first >> 16 == 0x2002) return is_public4(ip4_at(address, 2));  // 6to4
  if (first == 0x20010db8) return false;                             // documentation
  if (first >> 9 == 0x20010000 >> 9) return false;                   // protocol assignments, Teredo among them
  return true;
}

}  // namespace

bool is_public(const sockaddr& address) {
  if (address.sa_family == AF_INET)
    return is_public4(ntohl(reinterpret_cast<const sockaddr_in&>(address).sin_addr.s_addr));
  if (address.sa_family == AF_INET6) return is_public6(reinterpret_cast<const sockaddr_in6&>(address).sin6_addr);
  return false;
}

std::optional<base::IpAddress> ip_of(const sockaddr& address) {
  base::IpAddress ip;
  if (address.sa_family == AF_INET6) {
    const auto& six = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
    std::copy(std::begin(six.s6_addr), std::end(six.s6_addr), ip.bytes.begin());
    return ip;
  }
  if (address.sa_family != AF_INET) return std::nullopt;
  const uint32_t four = ntohl(reinterpret_cast<const sockaddr_in&>(address).sin_addr.s_addr);
  ip.bytes[base::v4_offset - 2] = ip.bytes[base::v4_offset - 1] = 0xff;
  for (size_t i = 0; i < 4; ++i) ip.bytes[base::v4_offset + i] = static_cast<uint8_t>(four >> (24 - 8 * i));
  return ip;
}

bool is_public_address(std::string_view address) {
  const auto parsed = base::parse_ip_address(address);
  if (!parsed) return false;
  in6_addr six{};
  std::copy(parsed->bytes.begin(), parsed->bytes.end(), six.s6_addr);
  return is_public6(six);
}

}  // namespace vedette::http
