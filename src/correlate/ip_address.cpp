#include "ip_address.h"

#include <algorithm>
#include <array>

namespace vedette::correlate {
namespace {

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
  return base::parse_ip_address(text);
}

Reach reach(const IpAddress& address) {
  return is_v4(address) ? reach_v4(address.bytes.data() + base::v4_offset) : reach_v6(address.bytes);
}

}  // namespace vedette::correlate
