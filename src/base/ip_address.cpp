#include "vedette/base/ip_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

namespace vedette::base {
namespace {

constexpr std::array<uint8_t, v4_offset> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

}  // namespace

std::optional<IpAddress> parse_ip_address(std::string_view text) {
  char copy[INET6_ADDRSTRLEN + 1];
  if (text.empty() || text.size() >= sizeof copy || text.find('\0') != text.npos) return std::nullopt;
  std::memcpy(copy, text.data(), text.size());
  copy[text.size()] = '\0';
  IpAddress address;
  if (inet_pton(AF_INET6, copy, address.bytes.data()) == 1) return address;
  if (inet_pton(AF_INET, copy, address.bytes.data() + v4_offset) != 1) return std::nullopt;
  std::copy(mapped_prefix.begin(), mapped_prefix.end(), address.bytes.begin());
  return address;
}

std::string to_string(const IpAddress& address) {
  char text[INET6_ADDRSTRLEN];
  const bool v4 = is_v4(address);
  inet_ntop(v4 ? AF_INET : AF_INET6, address.bytes.data() + (v4 ? v4_offset : 0), text, sizeof text);
  return text;
}

bool is_v4(const IpAddress& address) {
  return std::equal(mapped_prefix.begin(), mapped_prefix.end(), address.bytes.begin());
}

bool in_network(const IpAddress& address, const IpAddress& network, int bits) {
  for (size_t i = 0; i < 16 && bits > 0; ++i, bits -= 8) {
    const int mask = bits >= 8 ? 0xff : 0xff << (8 - bits) & 0xff;
    if (((address.bytes[i] ^ network.bytes[i]) & mask) != 0) return false;
  }
  return true;
}

}  // namespace vedette::base
