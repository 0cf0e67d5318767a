// IPv4 addresses: compared, masked, written. Source: kusto/query, the page of each function.
#include <bit>

#include "families.h"
#include "ip_kernels.h"

namespace vedette::kql {
namespace {

using base::Result;
using columnar::Arena;
using columnar::Dynamic;
using columnar::DynamicKind;
using Text = std::string_view;

// -1, 0 or 1 by the leading bits that both addresses and the mask let count.
std::optional<int64_t> order(Text a_text, Text b_text, int64_t mask) {
  const auto a = parse_ipv4(a_text), b = parse_ipv4(b_text);
  const auto most = mask_of(mask, Ipv4::bits);
  if (!a || !b || !most) return std::nullopt;
  const int prefix = std::min({a->prefix, b->prefix, *most});
  const uint32_t x = leading_bits<32>(a->value, prefix), y = leading_bits<32>(b->value, prefix);
  return x < y ? -1 : x > y;
}

template <class R, Type Out, class F>
Result<Vector> ordered(std::span<const Vector> arguments, size_t rows, F result) {
  if (arguments.size() == 2)
    return map<R>(Out, arguments, rows, [&](Text a, Text b) -> std::optional<R> { return result(order(a, b, 32)); });
  return map<R>(Out, arguments, rows,
                [&](Text a, Text b, int64_t mask) -> std::optional<R> { return result(order(a, b, mask)); });
}

Result<Vector> compare(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return ordered<int64_t, Type::long_>(arguments, rows, [](std::optional<int64_t> order) { return order; });
}

Result<Vector> match(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return ordered<uint8_t, Type::bool_>(arguments, rows, [](std::optional<int64_t> order) {
    return order ? std::optional<uint8_t>(*order == 0) : std::nullopt;
  });
}

Result<Vector> in_range(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return lies_in_range<parse_ipv4>(arguments, rows, "IPv4");
}

Result<Vector> in_any_range(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return lies_in_any_range<parse_ipv4>(arguments, rows, "IPv4");
}

// RFC 1918.
constexpr Ipv4 private_ranges[] = {{0x0a000000, 8}, {0xac100000, 12}, {0xc0a80000, 16}};

Result<Vector> is_private(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  bool ambiguous = false;
  auto out = map<uint8_t>(Type::bool_, arguments, rows, [&](Text text) -> std::optional<uint8_t> {
    const auto address = parse_ipv4(text);
    if (!address) return std::nullopt;
    return std::any_of(std::begin(private_ranges), std::end(private_ranges), [&](const Ipv4& range) {
      const auto inside = lies_in(*address, range);
      ambiguous = ambiguous || !inside;
      return inside.value_or(false);
    });
  });
  if (ambiguous) return ambiguous_prefix("IPv4");
  return out;
}

Result<Vector> suffix(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<int64_t>(Type::long_, arguments, rows, [](Text text) -> std::optional<int64_t> {
    const auto address = parse_ipv4(text);
    return address ? std::optional<int64_t>(address->prefix) : std::nullopt;
  });
}

Result<Vector> parse(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<int64_t>(Type::long_, arguments, rows, [](Text text) -> std::optional<int64_t> {
    const auto address = parse_ipv4(text);
    return address ? std::optional<int64_t>(address->network()) : std::nullopt;
  });
}

// The address with at most `mask` leading bits.
std::optional<Ipv4> masked(std::optional<Ipv4> address, int64_t mask) {
  const auto most = mask_of(mask, Ipv4::bits);
  if (!address || !most) return std::nullopt;
  return Ipv4{address->value, std::min(address->prefix, *most)};
}

Result<Vector> parse_mask(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<int64_t>(Type::long_, arguments, rows, [](Text text, int64_t mask) -> std::optional<int64_t> {
    const auto address = masked(parse_ipv4(text), mask);
    return address ? std::optional<int64_t>(address->network()) : std::nullopt;
  });
}

std::optional<Ipv4> address_of(Text text) { return parse_ipv4(text); }
std::optional<Ipv4> address_of(int64_t number) {
  if (number < 0 || number > UINT32_MAX) return std::nullopt;
  return Ipv4{static_cast<uint32_t>(number)};
}
std::optional<Ipv4> address_of(const Dynamic& value) {
  if (value.kind() == DynamicKind::string) return address_of(value.text());
  return value.kind() == DynamicKind::int64 ? address_of(value.integer()) : std::nullopt;
}

enum class Notation { address, with_prefix };

template <class Written, Notation notation>
Result<Vector> format_as(std::span<const Vector> arguments, size_t rows) {
  const auto write = [](std::string& out, const std::optional<Ipv4>& address) {
    if (!address) return;
    append_ipv4(out, address->network());
    if (notation == Notation::with_prefix) out += '/' + std::to_string(address->prefix);
  };
  if (arguments.size() == 1)
    return map_text(arguments, rows, [&](std::string& out, Written ip) { write(out, masked(address_of(ip), 32)); });
  return map_text(arguments, rows,
                  [&](std::string& out, Written ip, int64_t mask) { write(out, masked(address_of(ip), mask)); });
}

template <Notation notation>
Result<Vector> format(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  switch (arguments[0].type()) {
    case Type::string:
      return format_as<Text, notation>(arguments, rows);
    case Type::dynamic:
      return format_as<Dynamic, notation>(arguments, rows);
    default:
      return format_as<int64_t, notation>(arguments, rows);
  }
}

// The fewest networks that make up the addresses from `first` to `last`: each as large as its first address is aligned
// and the rest of the range allows.
Dynamic cidr_list(Arena& arena, uint64_t first, uint64_t last) {
  std::vector<Dynamic> networks;
  std::string text;
  while (first <= last) {
    int host_bits = first == 0 ? 32 : std::min(32, std::countr_zero(first));
    while (first + (uint64_t{1} << host_bits) - 1 > last) --host_bits;
    text.clear();
    append_ipv4(text, static_cast<uint32_t>(first));
    text += '/' + std::to_string(32 - host_bits);
    networks.push_back(Dynamic::string(arena.copy(text)));
    first += uint64_t{1} << host_bits;
  }
  auto* items = arena.allocate_array<Dynamic>(networks.size());
  std::copy(networks.begin(), networks.end(), items);
  return Dynamic::array({items, networks.size()});
}

Result<Vector> range_to_cidr_list(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  bool refused = false;
  auto out = map_dynamic(arguments, rows, [&](Arena& arena, Text first_text, Text last_text) {
    const auto first = parse_ipv4(first_text), last = parse_ipv4(last_text);
    if (!first || !last) return Dynamic();
    refused = refused || first->prefix < 32 || last->prefix < 32 || first->value > last->value;
    return refused ? Dynamic() : cidr_list(arena, first->value, last->value);
  });
  if (refused)
    return base::fail(base::ErrorCode::not_supported,
                      "ipv4_range_to_cidr_list() of a range that ends before it begins, or of an address with a "
                      "prefix, is not supported.");
  return out;
}

constexpr std::string_view formatting = "(string|long|dynamic, prefix: long?) -> string";
constexpr ScalarFunction ip_table[] = {
    {"ipv4_compare", "(string, string, prefix: long?) -> long", compare, "The order of two IPv4 addresses: -1, 0, 1."},
    {"ipv4_is_match", "(string, string, prefix: long?) -> bool", match, "Whether two IPv4 addresses are the same."},
    {"ipv4_is_in_range", "(address: string, range: string) -> bool", in_range, "Whether an IPv4 range has an address."},
    {"ipv4_is_in_any_range", "(address: string, ranges: dynamic) -> bool", in_any_range,
     "Whether one of an array of IPv4 ranges has an address."},
    {"ipv4_is_in_any_range", "(address: string, range: string...) -> bool", in_any_range,
     "Whether one of several IPv4 ranges has an address."},
    {"ipv4_is_private", "(string) -> bool", is_private, "Whether an IPv4 address is a private one (RFC 1918)."},
    {"ipv4_netmask_suffix", "(string) -> long", suffix, "How many leading bits of an IPv4 address count."},
    {"ipv4_range_to_cidr_list", "(first: string, last: string) -> dynamic", range_to_cidr_list,
     "The fewest networks that make up an IPv4 range."},
    {"parse_ipv4", "(string) -> long", parse, "An IPv4 address as a number."},
    {"parse_ipv4_mask", "(string, prefix: long) -> long", parse_mask, "The leading bits of an IPv4 address."},
    {"format_ipv4", formatting, format<Notation::address>, "An IPv4 address as text."},
    {"format_ipv4_mask", formatting, format<Notation::with_prefix>, "An IPv4 address as text, with its prefix."},
};

}  // namespace

std::span<const ScalarFunction> ip_functions() { return ip_table; }

}  // namespace vedette::kql
