#include "configuration.h"

#include <charconv>
#include <sstream>

#include "configuration_keys.h"
#include "vedette/resources/hunting/external_data.h"

namespace vedette::server {

using base::ErrorCode;
using base::fail;

namespace {

base::Result<const toml::table*> section(const toml::table& root, std::string_view key) {
  const auto* node = root.get(key);
  if (!node) return static_cast<const toml::table*>(nullptr);
  if (!node->is_table()) return wrong(node->source(), "write [" + std::string(key) + "] and its keys below it.");
  return node->as_table();
}

base::Status read_tls(const toml::table& table, Configuration& configuration) {
  TRY(check_keys(table, {"certificate", "key"}));
  TlsPaths paths;
  TRY(read_text(table, "certificate", paths.certificate));
  TRY(read_text(table, "key", paths.key));
  if (paths.certificate.empty() || paths.key.empty())
    return wrong(table.source(), "[tls] needs 'certificate' and 'key'.");
  configuration.tls = std::move(paths);
  return {};
}

base::Status read_correlation(const toml::table& table, Configuration& configuration) {
  TRY(check_keys(table, {"shared_infrastructure"}));
  return read_texts(table, "shared_infrastructure", configuration.shared_infrastructure);
}

base::Status read_reach(const toml::table& table, OutboundReach& reach) {
  TRY(read_texts(table, "allowed_ranges", reach.allowed_ranges));
  for (const std::string& range : reach.allowed_ranges)
    if (const auto parsed = http::parse_address_range(range); !parsed)
      return wrong(table.get("allowed_ranges")->source(), parsed.error().message);
  TRY(read_text(table, "ca_file", reach.ca_file));
  const auto* node = table.get("allow_http");
  if (!node) return {};
  const auto allowed = node->value_exact<bool>();
  if (!allowed) return wrong(node->source(), "'allow_http' must be true or false.");
  reach.allow_http = *allowed;
  return {};
}

base::Status read_external_data(const toml::table& table, Configuration& configuration) {
  TRY(check_keys(table, {"hosts", "allowed_ranges", "allow_http", "ca_file"}));
  TRY(read_texts(table, "hosts", configuration.external_data_hosts));
  for (const std::string& host : configuration.external_data_hosts)
    if (!resources::is_host_pattern(host))
      return wrong(table.get("hosts")->source(), "'" + host + "' is no name of a host, as feeds.example.org.");
  return read_reach(table, configuration.external_data);
}

toml::array texts_to_toml(const std::vector<std::string>& texts) {
  toml::array array;
  for (const std::string& text : texts) array.push_back(text);
  return array;
}

toml::table reach_to_toml(const OutboundReach& reach) {
  return toml::table{{"allowed_ranges", texts_to_toml(reach.allowed_ranges)},
                     {"allow_http", reach.allow_http},
                     {"ca_file", reach.ca_file}};
}

base::Status read_retention(const toml::table& table, Configuration& configuration) {
  constexpr int64_t days_max = 36'500;
  TRY(check_keys(table, {"events_days"}));
  const auto* node = table.get("events_days");
  if (!node) return {};
  const auto days = node->value_exact<int64_t>();
  if (!days || *days < 0 || *days > days_max)
    return wrong(node->source(), "'events_days' must be a number from 0 to " + std::to_string(days_max) + ".");
  configuration.events_days = static_cast<int>(*days);
  return {};
}

struct QuotaKey {
  std::string_view name;
  int64_t resources::HuntingQuota::*value;
};

constexpr QuotaKey quota_keys[] = {
    {"requests_per_minute", &resources::HuntingQuota::requests_per_minute},
    {"requests_per_hour", &resources::HuntingQuota::requests_per_hour},
    {"running_seconds_per_hour", &resources::HuntingQuota::running_seconds_per_hour},
    {"running_seconds_per_day", &resources::HuntingQuota::running_seconds_per_day},
};

base::Status read_hunting(const toml::table& table, Configuration& configuration) {
  constexpr int64_t quota_max = 1'000'000'000;
  TRY(check_keys(table, {quota_keys[0].name, quota_keys[1].name, quota_keys[2].name, quota_keys[3].name}));
  for (const auto& [name, value] : quota_keys) {
    const auto* node = table.get(name);
    if (!node) continue;
    const auto number = node->value_exact<int64_t>();
    if (!number || *number < 0 || *number > quota_max)
      return wrong(node->source(),
                   "'" + std::string(name) + "' must be a number from 0 to " + std::to_string(quota_max) + ".");
    configuration.hunting.*value = *number;
  }
  return {};
}

base::Status read_api_limits(const toml::table& table, Configuration& configuration) {
  std::string name = "none";
  TRY(read_text(table, "api_limits", name));
  if (name != "none" && name != "graph")
    return wrong(table.get("api_limits")->source(), "'api_limits' must be none or graph.");
  configuration.api_limits = name == "graph" ? ApiLimits::graph : ApiLimits::none;
  return {};
}

base::Status read_public_url(const toml::table& table, Configuration& configuration) {
  TRY(read_text(table, "public_url", configuration.public_url));
  std::string& url = configuration.public_url;
  while (url.ends_with('/')) url.pop_back();
  if (!url.empty() && !url.starts_with("https://") && !url.starts_with("http://"))
    return wrong(table.get("public_url")->source(), "'public_url' must start with https:// or http://.");
  return {};
}

}  // namespace

base::Result<http::ClientOptions> client_options(const OutboundReach& reach) {
  http::ClientOptions options;
  for (const std::string& range : reach.allowed_ranges)
    options.allowed.push_back(TRY(http::parse_address_range(range)));
  options.ca_file = reach.ca_file;
  return options;
}

base::Status apply_toml(Configuration& configuration, std::string_view toml) {
  toml::table root;
  try {
    root = toml::parse(toml);
  } catch (const toml::parse_error& error) {
    return wrong(error.source(), std::string(error.description()) + ".");
  }
  TRY(check_keys(root, {"listen", "data", "public_url", "api_limits", "tls", "correlation", "retention", "hunting",
                        "notifications", "external_data", "connectors", "identity_provider"}));
  std::string listen;
  TRY(read_text(root, "listen", listen));
  if (!listen.empty()) TRY(set_listen(configuration, listen));
  TRY(read_text(root, "data", configuration.data));
  TRY(read_public_url(root, configuration));
  TRY(read_api_limits(root, configuration));
  if (const auto* table = TRY(section(root, "tls"))) TRY(read_tls(*table, configuration));
  if (const auto* table = TRY(section(root, "correlation"))) TRY(read_correlation(*table, configuration));
  if (const auto* table = TRY(section(root, "retention"))) TRY(read_retention(*table, configuration));
  if (const auto* table = TRY(section(root, "hunting"))) TRY(read_hunting(*table, configuration));
  if (const auto* table = TRY(section(root, "external_data"))) TRY(read_external_data(*table, configuration));
  for (const auto& [name, reach] :
       {std::pair("notifications", &configuration.notifications), std::pair("connectors", &configuration.connectors)}) {
    const auto* table = TRY(section(root, name));
    if (!table) continue;
    TRY(check_keys(*table, {"allowed_ranges", "allow_http", "ca_file"}));
    TRY(read_reach(*table, *reach));
  }
  return read_identity_providers(root, configuration);
}

std::string to_toml(const Configuration& configuration) {
  const std::string host =
      configuration.host.find(':') == std::string::npos ? configuration.host : "[" + configuration.host + "]";
  toml::table root{{"listen", host + ":" + std::to_string(configuration.port)},
                   {"data", configuration.data},
                   {"public_url", configuration.public_url},
                   {"api_limits", configuration.api_limits == ApiLimits::graph ? "graph" : "none"}};
  if (configuration.tls)
    root.insert("tls", toml::table{{"certificate", configuration.tls->certificate}, {"key", configuration.tls->key}});
  root.insert("correlation",
              toml::table{{"shared_infrastructure", texts_to_toml(configuration.shared_infrastructure)}});
  root.insert("retention", toml::table{{"events_days", configuration.events_days}});
  toml::table hunting;
  for (const auto& [name, value] : quota_keys) hunting.insert(name, configuration.hunting.*value);
  root.insert("hunting", std::move(hunting));
  toml::table external = reach_to_toml(configuration.external_data);
  external.insert("hosts", texts_to_toml(configuration.external_data_hosts));
  root.insert("external_data", std::move(external));
  root.insert("notifications", reach_to_toml(configuration.notifications));
  root.insert("connectors", reach_to_toml(configuration.connectors));
  if (!configuration.identity_providers.empty())
    root.insert("identity_provider", identity_providers_to_toml(configuration.identity_providers));
  std::ostringstream text;
  text << root << "\n";
  return text.str();
}

}  // namespace vedette::server
