// ipv4_lookup and ipv6_lookup: a join of addresses with the networks they lie in.
// Source: kusto/query: ipv4-lookup-plugin, ipv6-lookup-plugin.
//
// A network is its leading bits and how many they are; an address is looked up once for each number of bits that the
// table has. Every network that has the address gives a row, as a join would. An address with a prefix is a network
// too: it lies in those that have all of it. Whether one that is larger than a network of the table matches it is not
// documented.
#include "lookup_text.h"
#include "plugin_text.h"
#include "plugins.h"

namespace vedette::kql {
namespace {

struct Family {
  std::string_view bits;     // of a network, over its text __key
  std::string_view network;  // its leading bits, over __key and __bits
  LookupOrder order = LookupOrder::source_first;
};
constexpr Family ipv4 = {"ipv4_netmask_suffix(__key)", "tostring(parse_ipv4_mask(__key, __bits))",
                         LookupOrder::source_first};
constexpr Family ipv6 = {
    "iff(__key contains '/', tolong(extract('/([0-9]+)$', 1, __key)), "
    "iff(__key contains ':', 128, 32)) + iff(__key contains ':', 0, 96)",
    "parse_ipv6_mask(__key, __bits)", LookupOrder::table_first};

struct Lookup {
  LookupColumns columns;
  std::vector<std::pair<size_t, size_t>> extra_keys;  // columns of the source, of the table
  bool keeps_unmatched = false;
};

// How many sources are networks that are larger than one of the table within them.
std::string larger_text(const std::string& network) {
  return " let prefixed = sources | where __key contains '/' | distinct __key, __own;"
         " let prefixes = toscalar(prefixed | summarize make_set(__own));"
         " let within = networks | project __key, __size = __bits, __bits = prefixes"
         " | mv-expand __bits to typeof(long) | where __bits < __size | extend __net = " +
         network + "; let larger = toscalar(prefixed | project __key, __bits = __own | extend __net = " + network +
         " | join kind=leftsemi within on __bits, __net | count);";
}

std::string lookup_text(const Lookup& lookup, const Family& family, std::string_view source_key,
                        std::string_view table_key) {
  const std::string bits(family.bits), network(family.network);
  std::string on = "__bits, __net";
  for (const auto& [left, right] : lookup.extra_keys)
    on += ", $left.__l" + std::to_string(left) + " == $right.__r" + std::to_string(right);
  std::string text =
      "let networks = L | project " + lookup.columns.table_text() + ", __key = " + column_text(table_key) +
      " | extend __bits = " + bits + " | extend __net = " + network +
      " | where isnotempty(__net); let sizes = toscalar(networks | summarize make_set(__bits));"
      " let sources = T | project " +
      lookup.columns.source_text() + ", __key = " + column_text(source_key) + " | extend __own = " + bits + ";" +
      larger_text(network) + " let addresses = sources | where $supported(larger == 0," +
      " 'An address with a prefix shorter than that of a network of the lookup table within it')" +
      " | serialize __row = row_number();"
      " let found = addresses | extend __bits = sizes | mv-expand __bits to typeof(long) | where __bits <= __own"
      " | extend __net = " +
      network + " | where isnotempty(__net) | join kind=inner networks on " + on + ";";
  text += lookup.keeps_unmatched ? " union found, (addresses | join kind=leftanti found on __row)" : " found";
  return text + " | project " + lookup.columns.result_text(family.order);
}

bool is_flag(const ast::Expr& expr) {
  const auto* literal = expr.try_as<ast::Literal>();
  return literal != nullptr && std::holds_alternative<bool>(literal->value);
}

// (LookupTable, SourceKey, LookupKey [, ExtraKey …] [, return_unmatched])
template <const Family& Of>
Result<PlanPtr> address_lookup(Binding& binding, const ast::Evaluate& op, PlanPtr input) {
  PluginText text(binding, *op.call, std::move(input));
  TRY(text.check_count(3, SIZE_MAX));
  Lookup lookup;
  lookup.columns.source = text.input();
  const std::string source_key = TRY(text.column(1)).name;
  lookup.columns.table = TRY(text.add_table("L", 0));
  const auto name_of = [](const ast::Expr& expr) -> std::string_view {
    const auto* name = expr.try_as<ast::NameRef>();
    return name ? name->name.text : std::string_view();
  };
  const std::string_view table_key = name_of(text.argument(2));
  if (!columnar::find_column(lookup.columns.table, table_key))
    return semantic_error("The lookup table has no such column.", text.argument(2).span);
  for (size_t i = 3; i < text.argument_count(); ++i) {
    if (is_flag(text.argument(i))) {
      lookup.keeps_unmatched = std::get<bool>(text.argument(i).as<ast::Literal>().value);
      continue;
    }
    const auto left = columnar::find_column(lookup.columns.source, name_of(text.argument(i)));
    const auto right = columnar::find_column(lookup.columns.table, name_of(text.argument(i)));
    if (!left || !right) return semantic_error("An extra key must be a column of both tables.", text.argument(i).span);
    lookup.extra_keys.emplace_back(*left, *right);
    lookup.columns.left_out.insert(*right);
  }
  return text.bind(lookup_text(lookup, Of, source_key, table_key));
}

constexpr Plugin plugin_lookup_table[] = {
    {"ipv4_lookup", address_lookup<ipv4>},
    {"ipv6_lookup", address_lookup<ipv6>},
};

}  // namespace

std::span<const Plugin> lookup_plugins() { return plugin_lookup_table; }

}  // namespace vedette::kql
