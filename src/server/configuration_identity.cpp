// [[identity_provider]] of vedette.toml.
#include "configuration_keys.h"

namespace vedette::server {

namespace {

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

}  // namespace

base::Status read_identity_providers(const toml::table& root, Configuration& configuration) {
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

toml::array identity_providers_to_toml(const std::vector<auth::OutsideProviderSettings>& providers) {
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

}  // namespace vedette::server
