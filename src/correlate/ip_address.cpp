#include "ip_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

namespace vedette::correlate {
namespace {

constexpr size_t v4_offset = 12;
constexpr std::array<uint8_t, v4_offset> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

// The first address of a subnet and the highest two are where routers and broadcasts are by custom.
bool looks_like_gateway(uint8_t last) { return last <= 1 || last >= 254; }

Reach reach_v4(const uint8_t* a) {
  const bool reserved = a[0] == 0 || a[0] == 127 || a[0] >= 224 || (a[0] == 169 && a[1] == 254);
  if (reserved) return Reach::none;
  const bool is_private = a[0] == 10 || (a[0] == 172 && a[1] >= 16 && a[1] < 32) || (a[0] == 192 && a[1] == 168) ||
                          (a[0] == 100 && a[1] >= 64 && a[1] < 128);
  if (!is_private) return Reach::public_;
  return looks_like_gateway(a[3]) ? Reach::none : Reach::private_;
}

Reach reach_v6(const std::array<uint8_t, 16>& a) {
  const bool leading_zero = std::all_of(a.begin(), a.begin() + 15, [](uint8_t b) { return b == 0; });
  if (leading_zero && a[15] <= 1) return Reach::none;                               // :: and ::1
  if (a[0] == 0xff || (a[0] == 0xfe && (a[1] & 0xc0) == 0x80)) return Reach::none;  // multicast, link-local
  if ((a[0] & 0xfe) != 0xfc) return Reach::public_;
  const bool router = std::all_of(a.begin() + 8, a.begin() + 15, [](uint8_t b) { return b == 0; }) && a[15] <= 1;
  return router ? Reach::none : Reach::private_;
}

}  // namespace

std::optional<IpAddress> parse_ip_address(std::string_view text) {
  if (text.size() >= 2 && text.front() == '[' && text.back() == ']') text = text.substr(1, text.size() - 2);
  text = text.substr(0, text.find('%'));
  char copy[INET6_ADDRSTRLEN + 1];
  if (text.empty() || text.size() >= sizeof copy) return std::nullopt;
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

Reach reach(const IpAddress& address) {
  return is_v4(address) ? reach_v4(address.bytes.data() + v4_offset) : reach_v6(address.bytes);
}

}  // namespace vedette::correlate
