// IPv4 addresses in texts: whole addresses, delimited by what is neither letter nor digit.
// Source: kusto/query, the page of each function.
#include "families.h"
#include "ip_kernels.h"
#include "term_bounds.h"

namespace vedette::kql {
namespace {

using base::Result;
using Text = std::string_view;

// Calls found(address) for each address of `text` until it says true; whether it did.
template <class F>
bool find_address(Text text, F found) {
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] < '0' || text[at] > '9' || is_term_before(text, at)) continue;
    Text rest = text.substr(at);
    const auto address = take_ipv4(rest);
    if (address && !is_term_at(rest, 0) && found(*address)) return true;
  }
  return false;
}

bool has_address(Text text, Text wanted) {
  const auto address = take_ipv4(wanted);
  return address && wanted.empty() && find_address(text, [&](uint32_t found) { return found == *address; });
}

// "10.", "10.1." or "10.1.2.": its bits; a whole address is its own prefix.
std::optional<Ipv4> prefix_of(Text text) {
  Text whole = text;
  if (const auto address = take_ipv4(whole)) return whole.empty() ? std::optional(Ipv4{*address}) : std::nullopt;
  const auto dots = std::count(text.begin(), text.end(), '.');
  if (!text.ends_with('.') || dots > 3) return std::nullopt;
  std::string filled(text);
  for (auto i = dots; i < 4; ++i) filled += i < 3 ? "0." : "0";
  const auto address = parse_ipv4(filled);
  return address ? std::optional(Ipv4{address->value, static_cast<int>(dots) * 8}) : std::nullopt;
}

bool has_prefix(Text text, Text wanted) {
  const auto prefix = prefix_of(wanted);
  return prefix && find_address(text, [&](uint32_t found) {
           return leading_bits<32>(found, prefix->prefix) == prefix->network();
         });
}

template <bool (*Has)(Text, Text)>
Result<Vector> has(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<uint8_t>(Type::bool_, arguments, rows, [](Text text, Text wanted) { return Has(text, wanted); });
}

template <bool (*Has)(Text, Text)>
Result<Vector> has_any(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  columnar::VectorBuilder out(Type::bool_);
  auto* values = out.resize<uint8_t>(rows);
  const auto texts = arguments[0].view<Text>();
  RowWatch watch;
  for (size_t row = 0; row < rows; ++row) {
    TRY(watch.before(row, out.arena(), steps_of_row(arguments, row)));
    bool found = false;
    for_each_range(arguments, row, [&](Text wanted) { return !(found = Has(texts[row], wanted)); });
    values[row] = found;
  }
  return out.finish();
}

constexpr ScalarFunction ip_search_table[] = {
    {"has_ipv4", "(text: string, address: string) -> bool", has<has_address>, "Whether a text has an IPv4 address."},
    {"has_any_ipv4", "(text: string, addresses: dynamic) -> bool", has_any<has_address>,
     "Whether a text has one of an array of IPv4 addresses."},
    {"has_any_ipv4", "(text: string, address: string...) -> bool", has_any<has_address>,
     "Whether a text has one of several IPv4 addresses."},
    {"has_ipv4_prefix", "(text: string, prefix: string) -> bool", has<has_prefix>,
     "Whether a text has an IPv4 address that begins so."},
    {"has_any_ipv4_prefix", "(text: string, prefixes: dynamic) -> bool", has_any<has_prefix>,
     "Whether a text has an IPv4 address that begins like one of an array."},
    {"has_any_ipv4_prefix", "(text: string, prefix: string...) -> bool", has_any<has_prefix>,
     "Whether a text has an IPv4 address that begins like one of several."},
};

}  // namespace

std::span<const ScalarFunction> ip_search_functions() { return ip_search_table; }

}  // namespace vedette::kql
