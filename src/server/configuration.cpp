#include "configuration.h"

#include <toml++/toml.h>

#include <algorithm>
#include <initializer_list>
#include <sstream>

namespace vedette::server {

using base::ErrorCode;
using base::fail;

namespace {

base::Error wrong(const toml::source_region& where, const std::string& what) {
  return fail(ErrorCode::bad_request, "vedette.toml, line " + std::to_string(where.begin.line) + ": " + what);
}

base::Status check_keys(const toml::table& table, std::initializer_list<std::string_view> known) {
  for (const auto& [key, value] : table)
    if (std::find(known.begin(), known.end(), key.str()) == known.end())
      return wrong(key.source(), "the key '" + std::string(key.str()) + "' is not known.");
  return {};
}

// Sets `to` when the key is there.
base::Status read_text(const toml::table& table, std::string_view key, std::string& to) {
  const auto* node = table.get(key);
  if (!node) return {};
  const auto text = node->value_exact<std::string>();
  if (!text) return wrong(node->source(), "'" + std::string(key) + "' must be a string.");
  to = *text;
  return {};
}

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

base::Status read_texts(const toml::table& table, std::string_view key, std::vector<std::string>& to) {
  const auto* node = table.get(key);
  if (!node) return {};
  const auto wrong_kind = [&](const toml::source_region& where) {
    return wrong(where, "'" + std::string(key) + "' must be an array of strings.");
  };
  const auto* texts = node->as_array();
  if (!texts) return wrong_kind(node->source());
  for (const auto& one : *texts) {
    const auto text = one.value_exact<std::string>();
    if (!text) return wrong_kind(one.source());
    to.push_back(*text);
  }
  return {};
}

base::Status read_correlation(const toml::table& table, Configuration& configuration) {
  TRY(check_keys(table, {"shared_infrastructure"}));
  return read_texts(table, "shared_infrastructure", configuration.shared_infrastructure);
}

base::Status read_notifications(const toml::table& table, Configuration& configuration) {
  NotificationReach& reach = configuration.notifications;
  TRY(check_keys(table, {"allowed_ranges", "allow_http", "ca_file"}));
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

struct ProviderKey {
  std::string_view name;
  std::string auth::OutsideProviderSettings::*value;
};

constexpr ProviderKey provider_keys[] = {
    {"issuer", &auth::OutsideProviderSettings::issuer},
    {"tenant", &auth::OutsideProviderSettings::tenant},
    {"tenant_claim", &auth::OutsideProviderSettings::tenant_claim},
    {"jwks_uri", &auth::OutsideProviderSettings::jwks_uri},
    {"roles_claim", &auth::OutsideProviderSettings::roles_claim},
    {"scopes_claim", &auth::OutsideProviderSettings::scopes_claim},
    {"ca_file", &auth::OutsideProviderSettings::ca_file},
};

base::Status read_names(const toml::table& table, std::map<std::string, std::string>& names) {
  const auto* node = table.get("names");
  if (!node) return {};
  if (!node->is_table()) return wrong(node->source(), "'names' must be a table of strings.");
  for (const auto& [key, value] : *node->as_table()) {
    const auto text = value.value_exact<std::string>();
    if (!text) return wrong(value.source(), "'names' must be a table of strings.");
    names[std::string(key.str())] = *text;
  }
  return {};
}

base::Result<auth::OutsideProviderSettings> read_provider(const toml::table& table) {
  auth::OutsideProviderSettings settings;
  TRY(check_keys(table, {"issuer", "tenant", "tenant_claim", "jwks_uri", "roles_claim", "scopes_claim", "ca_file",
                         "audience", "private_addresses", "names"}));
  for (const auto& [name, value] : provider_keys) TRY(read_text(table, name, settings.*value));
  TRY(read_texts(table, "audience", settings.audiences));
  TRY(read_names(table, settings.names));
  if (const auto* node = table.get("private_addresses")) {
    const auto flag = node->value_exact<bool>();
    if (!flag) return wrong(node->source(), "'private_addresses' must be true or false.");
    settings.private_addresses = *flag;
  }
  if (settings.issuer.empty() || settings.audiences.empty())
    return wrong(table.source(), "[[identity_provider]] needs 'issuer' and 'audience'.");
  if (settings.tenant.empty() == settings.tenant_claim.empty())
    return wrong(table.source(), "[[identity_provider]] needs either 'tenant' or 'tenant_claim'.");
  return settings;
}

base::Status read_providers(const toml::table& root, Configuration& configuration) {
  constexpr size_t providers_max = 20;
  const auto* node = root.get("identity_provider");
  if (!node) return {};
  const auto* list = node->as_array();
  if (!list) return wrong(node->source(), "write [[identity_provider]] and its keys below it.");
  if (list->size() > providers_max)
    return wrong(node->source(), "there are more than " + std::to_string(providers_max) + " identity providers.");
  for (const auto& item : *list) {
    if (!item.is_table()) return wrong(item.source(), "write [[identity_provider]] and its keys below it.");
    auto settings = TRY(read_provider(*item.as_table()));
    for (const auto& other : configuration.identity_providers)
      if (other.issuer == settings.issuer) return wrong(item.source(), "the issuer is there already.");
    configuration.identity_providers.push_back(std::move(settings));
  }
  return {};
}

toml::array to_toml(const std::vector<auth::OutsideProviderSettings>& providers) {
  toml::array list;
  for (const auto& settings : providers) {
    toml::table table, names;
    for (const auto& [name, value] : provider_keys)
      if (!(settings.*value).empty()) table.insert(name, settings.*value);
    toml::array audiences;
    for (const auto& audience : settings.audiences) audiences.push_back(audience);
    table.insert("audience", std::move(audiences));
    table.insert("private_addresses", settings.private_addresses);
    for (const auto& [name, meaning] : settings.names) names.insert(name, meaning);
    table.insert("names", std::move(names));
    list.push_back(std::move(table));
  }
  return list;
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

base::Result<http::ClientOptions> client_options(const NotificationReach& reach) {
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
                        "notifications", "identity_provider"}));
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
  if (const auto* table = TRY(section(root, "notifications"))) TRY(read_notifications(*table, configuration));
  return read_providers(root, configuration);
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
  toml::array lines;
  for (const auto& line : configuration.shared_infrastructure) lines.push_back(line);
  root.insert("correlation", toml::table{{"shared_infrastructure", std::move(lines)}});
  root.insert("retention", toml::table{{"events_days", configuration.events_days}});
  toml::table hunting;
  for (const auto& [name, value] : quota_keys) hunting.insert(name, configuration.hunting.*value);
  root.insert("hunting", std::move(hunting));
  toml::array ranges;
  for (const auto& range : configuration.notifications.allowed_ranges) ranges.push_back(range);
  root.insert("notifications", toml::table{{"allowed_ranges", std::move(ranges)},
                                           {"allow_http", configuration.notifications.allow_http},
                                           {"ca_file", configuration.notifications.ca_file}});
  if (!configuration.identity_providers.empty())
    root.insert("identity_provider", to_toml(configuration.identity_providers));
  std::ostringstream text;
  text << root << "\n";
  return text.str();
}

}  // namespace vedette::server
