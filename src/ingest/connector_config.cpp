#include "vedette/ingest/connector_config.h"

#include <fnmatch.h>
#include <toml++/toml.h>

#include <algorithm>
#include <initializer_list>

#include "pattern.h"

namespace vedette::ingest {

using base::ErrorCode;
using base::fail;

namespace {

base::Error wrong(const toml::source_region& where, const std::string& what) {
  return fail(ErrorCode::bad_request, "connector.toml, line " + std::to_string(where.begin.line) + ": " + what);
}

base::Status check_keys(const toml::table& table, std::initializer_list<std::string_view> known) {
  for (const auto& [key, value] : table)
    if (std::find(known.begin(), known.end(), key.str()) == known.end())
      return wrong(key.source(), "the key '" + std::string(key.str()) + "' is not known.");
  return {};
}

base::Result<std::string> text_of(const toml::node& node, std::string_view key) {
  if (const auto text = node.value_exact<std::string>()) return *text;
  return wrong(node.source(), "'" + std::string(key) + "' must be a string.");
}

// A string, or an array of them.
base::Result<std::vector<std::string>> texts_of(const toml::node& node, std::string_view key) {
  std::vector<std::string> texts;
  if (const auto* array = node.as_array()) {
    for (const auto& item : *array) texts.push_back(TRY(text_of(item, key)));
  } else {
    texts.push_back(TRY(text_of(node, key)));
  }
  return texts;
}

base::Result<std::shared_ptr<const Pattern>> pattern_of(const toml::node& node, std::string_view key) {
  const std::string expression = TRY(text_of(node, key));
  auto pattern = Pattern::compile(expression);
  if (!pattern) return wrong(node.source(), pattern.error().message);
  return pattern;
}

base::Result<MatchRule> match_rule(const toml::table& table) {
  TRY(check_keys(table, {"file", "has", "equals", "text"}));
  MatchRule rule;
  if (const auto* node = table.get("file")) rule.files = TRY(texts_of(*node, "file"));
  if (const auto* node = table.get("has")) rule.has = TRY(texts_of(*node, "has"));
  if (const auto* node = table.get("text")) rule.text = TRY(pattern_of(*node, "text"));
  if (const auto* node = table.get("equals")) {
    const auto* members = node->as_table();
    if (!members) return wrong(node->source(), "'equals' must be a table.");
    for (const auto& [key, value] : *members) rule.equals[std::string(key.str())] = TRY(texts_of(value, key.str()));
  }
  if (rule.has.empty() && rule.equals.empty() && rule.files.empty() && !rule.text)
    return wrong(table.source(), "a match needs a condition.");
  return rule;
}

base::Result<GroupRule> group_rule(const toml::table& table) {
  TRY(check_keys(table, {"member", "pattern", "window"}));
  GroupRule rule;
  if (const auto* node = table.get("member")) rule.members = TRY(texts_of(*node, "member"));
  if (const auto* node = table.get("pattern")) {
    rule.pattern = TRY(pattern_of(*node, "pattern"));
    if (rule.pattern->group_count() < 1) return wrong(node->source(), "'pattern' needs a group: it is the key.");
  }
  if (rule.members.empty() == !rule.pattern)
    return wrong(table.source(), "'group' takes either 'member' or 'pattern'.");
  if (const auto* node = table.get("window")) {
    const auto window = node->value_exact<int64_t>();
    if (!window || *window < 1 || static_cast<uint64_t>(*window) > group_window_max)
      return wrong(node->source(),
                   "'window' is a number of records from 1 to " + std::to_string(group_window_max) + ".");
    rule.window = static_cast<uint64_t>(*window);
  }
  return rule;
}

base::Status read_records(const toml::table& table, ConnectorConfig& config) {
  TRY(check_keys(table, {"format", "wrapper"}));
  if (const auto* node = table.get("wrapper")) config.wrapper = TRY(texts_of(*node, "wrapper"));
  if (const auto* node = table.get("format")) {
    const auto format = parse_record_format(TRY(text_of(*node, "format")));
    if (!format) return wrong(node->source(), "'format' is automatic, json, csv, zeek or text.");
    config.format = *format;
  }
  return {};
}

base::Status read_matches(const toml::node& node, ConnectorConfig& config) {
  const auto* rules = node.as_array();
  if (!rules) return wrong(node.source(), "write each match as [[match]].");
  for (const auto& item : *rules) {
    const auto* table = item.as_table();
    if (!table) return wrong(item.source(), "write each match as [[match]].");
    config.match.push_back(TRY(match_rule(*table)));
  }
  return {};
}

// A connector's name is one of a folder beside its own.
bool is_name(std::string_view text) {
  constexpr std::string_view known = "abcdefghijklmnopqrstuvwxyz0123456789-";
  return !text.empty() && text.find_first_not_of(known) == std::string_view::npos;
}

base::Status read_kind(const toml::table& root, ConnectorConfig& config) {
  if (const auto* node = root.get("products")) {
    const auto* products = node->as_table();
    if (!products) return wrong(node->source(), "'products' is a table: the golden cases of each product.");
    for (const auto& [product, cases] : *products)
      config.products[std::string(product.str())] = TRY(texts_of(cases, product.str()));
  }
  if (const auto* node = root.get("general")) {
    const auto general = node->value_exact<bool>();
    if (!general) return wrong(node->source(), "'general' is true or false.");
    config.general = *general;
  }
  if (const auto* node = root.get("mapping")) {
    config.mapping = TRY(text_of(*node, "mapping"));
    if (!is_name(config.mapping)) return wrong(node->source(), "'mapping' is the name of a connector.");
  }
  return {};
}

base::Result<ConnectorConfig> read_config(std::string name, const toml::table& root) {
  // How the provider is reached is federation/connector_transport.h's to read.
  TRY(check_keys(root, {"vendor", "provider", "general", "mapping", "products", "records", "match", "group", "setting",
                        "authentication", "poll", "syslog", "tail", "push", "kafka", "write_back", "incidents",
                        "action", "known_as"}));
  ConnectorConfig config;
  config.name = std::move(name);
  for (const auto& [key, target] : {std::pair{"vendor", &config.vendor}, std::pair{"provider", &config.provider}}) {
    const auto* node = root.get(key);
    if (!node) return wrong(root.source(), "'" + std::string(key) + "' is missing.");
    *target = TRY(text_of(*node, key));
  }
  TRY(read_kind(root, config));
  if (const auto* node = root.get("records")) {
    if (!node->is_table()) return wrong(node->source(), "'records' must be a table.");
    TRY(read_records(*node->as_table(), config));
  }
  if (const auto* node = root.get("match")) TRY(read_matches(*node, config));
  if (const auto* node = root.get("group")) {
    if (!node->is_table()) return wrong(node->source(), "'group' must be a table.");
    config.group = TRY(group_rule(*node->as_table()));
  }
  return config;
}

bool holds(const MatchRule& rule, const Record& record) {
  const auto is_there = [&](const std::string& path) {
    const auto* member = find_member(record.value, path);
    return member && !member->is_null();
  };
  const auto is_one_of = [&](const auto& condition) {
    const auto* member = find_member(record.value, condition.first);
    return member && std::count(condition.second.begin(), condition.second.end(), member_text(*member)) > 0;
  };
  const std::string file(record.file);
  const auto matches_file = [&](const std::string& glob) {
    const size_t slash = file.rfind('/');
    const char* name =
        file.c_str() + (glob.find('/') == std::string::npos && slash != std::string::npos ? slash + 1 : 0);
    return fnmatch(glob.c_str(), name, FNM_CASEFOLD) == 0;
  };
  return (rule.files.empty() || std::any_of(rule.files.begin(), rule.files.end(), matches_file)) &&
         std::all_of(rule.has.begin(), rule.has.end(), is_there) &&
         std::all_of(rule.equals.begin(), rule.equals.end(), is_one_of) &&
         (!rule.text || rule.text->found_in(record.text));
}

}  // namespace

base::Result<ConnectorConfig> parse_connector_config(std::string name, std::string_view text) {
  try {
    const toml::table root = toml::parse(text);
    return read_config(std::move(name), root);
  } catch (const toml::parse_error& error) {  // what toml++ has for a result
    return wrong(error.source(), std::string(error.description()) + ".");
  }
}

bool claims(const ConnectorConfig& config, const Record& record) {
  return std::any_of(config.match.begin(), config.match.end(), [&](const auto& rule) { return holds(rule, record); });
}

std::string group_key(const ConnectorConfig& config, std::string_view text) {
  if (!config.group || !config.group->pattern) return "";
  return std::string(config.group->pattern->first_group(text).value_or(""));
}

const columnar::Dynamic* find_member(const columnar::Dynamic& record, std::string_view path) {
  if (const auto* member = record.find(path)) return member;
  for (size_t dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.', dot + 1)) {
    const auto* outer = record.find(path.substr(0, dot));
    const auto* inner = outer ? find_member(*outer, path.substr(dot + 1)) : nullptr;
    if (inner) return inner;
  }
  return nullptr;
}

std::string member_text(const columnar::Dynamic& value) {
  using columnar::DynamicKind;
  switch (value.kind()) {
    case DynamicKind::string:
      return std::string(value.text());
    case DynamicKind::null:
    case DynamicKind::array:
    case DynamicKind::bag:
      return {};
    case DynamicKind::boolean:
    case DynamicKind::int64:
    case DynamicKind::real:
    case DynamicKind::datetime:
    case DynamicKind::timespan:
    case DynamicKind::guid:
      break;
  }
  std::string text;
  append_json(text, value);
  return text;
}

}  // namespace vedette::ingest
