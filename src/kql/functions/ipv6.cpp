// IPv6 addresses, and IPv4 addresses among them: compared, masked. Source: kusto/query, the page of each function.
#include "families.h"
#include "ip_kernels.h"

namespace vedette::kql {
namespace {

using base::Result;
using Text = std::string_view;

int64_t order(const Ipv6& a, const Ipv6& b, int mask) {
  const int prefix = std::min({a.prefix, b.prefix, mask});
  const auto x = leading_bits<128>(a.value, prefix), y = leading_bits<128>(b.value, prefix);
  return x < y ? -1 : x > y;
}

// Whether a mask of two IPv4 addresses counts from bit 0 or from bit 96 is not documented: it must not matter.
template <class R, Type Out, class F>
Result<Vector> ipv6_ordered(std::span<const Vector> arguments, size_t rows, F result) {
  bool refused = false;
  const auto compare = [&](Text a_text, Text b_text, int64_t mask) -> std::optional<R> {
    const auto a = parse_comparable_ipv6(a_text), b = parse_comparable_ipv6(b_text);
    const auto most = mask_of(mask, Ipv6::bits);
    if (!a || !b || !most) return std::nullopt;
    const int64_t found = order(*a, *b, *most);
    if (a->written_as_ipv4 && b->written_as_ipv4 && *most <= Ipv4::bits)
      refused = refused || order(*a, *b, *most + 96) != found;
    return result(found);
  };
  auto out = arguments.size() == 2
                 ? map<R>(Out, arguments, rows, [&](Text a, Text b) { return compare(a, b, Ipv6::bits); })
                 : map<R>(Out, arguments, rows, [&](Text a, Text b, int64_t mask) { return compare(a, b, mask); });
  if (refused)
    return base::fail(base::ErrorCode::not_supported,
                      "Comparing two IPv4 addresses as IPv6 with a prefix of at most 32 is not supported.");
  return out;
}

Result<Vector> ipv6_compare(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return ipv6_ordered<int64_t, Type::long_>(arguments, rows, [](int64_t order) { return order; });
}

Result<Vector> ipv6_match(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return ipv6_ordered<uint8_t, Type::bool_>(arguments, rows, [](int64_t order) { return order == 0; });
}

Result<Vector> ipv6_in_range(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return lies_in_range<parse_comparable_ipv6>(arguments, rows, "IPv6");
}

Result<Vector> ipv6_in_any_range(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return lies_in_any_range<parse_comparable_ipv6>(arguments, rows, "IPv6");
}

Result<Vector> ipv6_parse(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map_text(arguments, rows, [](std::string& out, Text text) {
    if (const auto address = parse_ipv6(text)) append_ipv6(out, address->network());
  });
}

Result<Vector> ipv6_parse_mask(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map_text(arguments, rows, [](std::string& out, Text text, int64_t mask) {
    const auto address = parse_ipv6(text);
    const auto most = mask_of(mask, Ipv6::bits);
    if (address && most) append_ipv6(out, leading_bits<128>(address->value, std::min(address->prefix, *most)));
  });
}

constexpr ScalarFunction ipv6_table[] = {
    {"ipv6_compare", "(string, string, prefix: long?) -> long", ipv6_compare,
     "The order of two IPv6 or IPv4 addresses: -1, 0, 1."},
    {"ipv6_is_match", "(string, string, prefix: long?) -> bool", ipv6_match,
     "Whether two IPv6 or IPv4 addresses are the same."},
    {"ipv6_is_in_range", "(address: string, range: string) -> bool", ipv6_in_range,
     "Whether an IPv6 range has an address."},
    {"ipv6_is_in_any_range", "(address: string, ranges: dynamic) -> bool", ipv6_in_any_range,
     "Whether one of an array of IPv6 ranges has an address."},
    {"ipv6_is_in_any_range", "(address: string, range: string...) -> bool", ipv6_in_any_range,
     "Whether one of several IPv6 ranges has an address."},
    {"parse_ipv6", "(string) -> string", ipv6_parse, "An IPv6 or IPv4 address in its full form."},
    {"parse_ipv6_mask", "(string, prefix: long) -> string", ipv6_parse_mask,
     "The leading bits of an IPv6 or IPv4 address in its full form."},
};

}  // namespace

std::span<const ScalarFunction> ipv6_functions() { return ipv6_table; }

}  // namespace vedette::kql
