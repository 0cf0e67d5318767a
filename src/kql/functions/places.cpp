// geo_info_from_ip_address: where an address is. Source: kusto/query/geo-info-from-ip-address-function.md.
//
// That needs a database of places, which is not part of this program. Without it only the addresses that no such
// database has are answered: null ("if the information is available"). Every other address is refused.
#include <algorithm>

#include "families.h"
#include "ip_address.h"
#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {
namespace {

using base::Result;
using columnar::Arena;
using columnar::Dynamic;
using Text = std::string_view;

// IANA's special-purpose addresses, which are nowhere: RFC 6890.
constexpr Text nowhere_ipv4[] = {"0.0.0.0/8",       "10.0.0.0/8",     "100.64.0.0/10", "127.0.0.0/8",
                                 "169.254.0.0/16",  "172.16.0.0/12",  "192.0.2.0/24",  "192.168.0.0/16",
                                 "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",   "240.0.0.0/4"};
constexpr Text nowhere_ipv6[] = {"::/128", "::1/128", "fc00::/7", "fe80::/10", "ff00::/8", "2001:db8::/32"};

bool lies_in_any(const Ipv6& address, std::span<const Text> ranges) {
  return std::any_of(ranges.begin(), ranges.end(), [&](Text text) {
    const auto range = parse_ipv6(text);
    return range && lies_in(address, *range).value_or(false);
  });
}

bool has_place(Text text) {
  const auto address = parse_ipv6(text);
  return address && !lies_in_any(*address, address->written_as_ipv4 ? std::span<const Text>(nowhere_ipv4)
                                                                    : std::span<const Text>(nowhere_ipv6));
}

Result<Vector> place_of_address(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  bool unknown = false;
  auto out = map_dynamic(arguments, rows, [&](Arena&, Text text) {
    unknown = unknown || has_place(text);
    return Dynamic();
  });
  if (unknown)
    return base::fail(base::ErrorCode::not_supported,
                      "geo_info_from_ip_address() of a public address needs a database of places, and there is none.");
  return out;
}

constexpr ScalarFunction places_table[] = {
    {"geo_info_from_ip_address", "(string) -> dynamic", place_of_address,
     "Where an address is; without a database of places, null for addresses that are nowhere."},
};

}  // namespace

std::span<const ScalarFunction> place_functions() { return places_table; }

}  // namespace vedette::kql
