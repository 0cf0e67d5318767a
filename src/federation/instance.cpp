#include "vedette/federation/instance.h"

#include <algorithm>
#include <charconv>

#include "vedette/json/value.h"

namespace vedette::federation {

using base::ErrorCode;
using base::fail;
using base::Result;
using base::Status;

namespace {

std::string state_name(const std::string& instance) { return std::string(instance_prefix) + instance; }

std::string purpose_of(const std::string& tenant, const Instance& instance, const std::string& setting) {
  return tenant + "/" + instance.name + "/" + setting;
}

json::Object as_json(const std::map<std::string, std::string>& texts) {
  json::Object object;
  for (const auto& [name, text] : texts) object[name] = text;
  return object;
}

std::map<std::string, std::string> texts_of(const json::Value& value, const char* member) {
  std::map<std::string, std::string> texts;
  const json::Value* object = json::find(value, member);
  if (object && object->is_object())
    for (const auto& item : object->get_object())
      if (item.value().is_string()) texts[std::string(item.key())] = item.value().get_string();
  return texts;
}

std::string encode(const Instance& instance) {
  return json::to_text(json::Object{{"connector", instance.connector},
                                    {"transport", instance.transport},
                                    {"provider", instance.provider},
                                    {"settings", as_json(instance.settings)},
                                    {"sealed", as_json(instance.sealed)},
                                    {"writeBack", instance.write_back},
                                    {"live", instance.live},
                                    {"created", base::format_date_time(instance.created)}});
}

Result<Instance> decode(const std::string& name, const store::State& state) {
  const auto value = json::parse(state.value);
  if (!value || json::find_string(*value, "connector").empty())
    return fail(ErrorCode::corrupt_data, "What is stored of the connector '" + name + "' cannot be read.");
  Instance instance;
  instance.name = name;
  instance.connector = json::find_string(*value, "connector");
  instance.transport = json::find_string(*value, "transport");
  instance.provider = json::find_string(*value, "provider");
  instance.settings = texts_of(*value, "settings");
  instance.sealed = texts_of(*value, "sealed");
  const json::Value* write_back = json::find(*value, "writeBack");
  instance.write_back = !write_back || !write_back->is_bool() || write_back->get_bool();
  const json::Value* live = json::find(*value, "live");
  instance.live = live && live->is_bool() && live->get_bool();
  instance.created = base::parse_iso_date_time(json::find_string(*value, "created")).value_or(base::min_date_time);
  instance.version = state.version;
  return instance;
}

std::string address_of(const Instance& instance, const SettingDeclaration& setting) {
  const auto value = instance.settings.find(setting.name);
  return value == instance.settings.end() ? setting.default_value.value_or("") : value->second;
}

bool asks_at_same_addresses(const Instance& a, const Instance& b, const ConnectorTransport& transport) {
  return std::all_of(transport.settings.begin(), transport.settings.end(), [&](const SettingDeclaration& setting) {
    return setting.kind != SettingKind::url || address_of(a, setting) == address_of(b, setting);
  });
}

// That of another instance at the same addresses; the connector's for the first; else one that has the instance's name.
std::string own_provider(const Instance& instance, const std::vector<Instance>& others,
                         const ConnectorTransport& transport, const std::string& provider) {
  bool is_first = true;
  for (const Instance& other : others) {
    if (other.connector != instance.connector) continue;
    if (asks_at_same_addresses(instance, other, transport)) return other.provider;
    is_first = false;
  }
  return is_first ? "" : provider + " (" + instance.name + ")";
}

Status check_value(const SettingDeclaration& setting, const std::string& value) {
  const auto wrong = [&](const std::string& what) {
    return fail(ErrorCode::bad_request, "The setting '" + setting.name + "' " + what).with_target(setting.name);
  };
  if (value.empty()) return wrong("is empty.");
  if (value.size() > setting_bytes_max)
    return wrong("has more than " + std::to_string(setting_bytes_max) + " bytes, the most there may be.");
  if (std::any_of(value.begin(), value.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }))
    return wrong("has control characters.");
  if (setting.kind == SettingKind::url && !value.starts_with("https://") && !value.starts_with("http://"))
    return wrong("must start with https://.");
  if (setting.kind != SettingKind::seconds) return {};
  int64_t seconds = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (error != std::errc() || end != value.data() + value.size() || seconds < poll_interval_s_min ||
      seconds > poll_interval_s_max)
    return wrong("is a number from " + std::to_string(poll_interval_s_min) + " to " +
                 std::to_string(poll_interval_s_max) + ".");
  return {};
}

// Settings that only polls need say how the provider is asked. Who gives none of them is but sent records, and writes
// nothing back; who gives some gives all.
Status require_settings(Instance& instance, const ConnectorTransport& transport,
                        const std::map<std::string, std::string>& secrets) {
  constexpr std::string_view asking = "poll";
  const auto is_given = [&](const SettingDeclaration& setting) {
    return instance.settings.contains(setting.name) || secrets.contains(setting.name);
  };
  bool can_ask = true;
  if (instance.transport != asking)
    for (const SettingDeclaration& setting : transport.settings) {
      if (setting.transport != asking || setting.default_value || setting.optional) continue;
      can_ask = is_given(setting);
      if (can_ask) break;
    }
  instance.write_back = instance.write_back && can_ask;
  const bool asks = transport.write_back && instance.write_back;
  for (const SettingDeclaration& setting : transport.settings) {
    if (setting.default_value || setting.optional || is_given(setting)) continue;
    if (setting.transport.empty() || setting.transport == instance.transport || (setting.transport == asking && asks))
      return fail(ErrorCode::bad_request, "The setting '" + setting.name + "' is missing: " + setting.description);
  }
  return {};
}

}  // namespace

std::string provider_of(const Instance& instance, const std::string& connector_provider) {
  return instance.provider.empty() ? connector_provider : instance.provider;
}

bool is_instance_name(std::string_view name) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  return !name.empty() && name.size() <= instance_name_bytes_max && name.front() >= 'a' && name.front() <= 'z' &&
         std::all_of(name.begin(), name.end(), fits);
}

Result<Instance> make_instance(const std::string& tenant, Instance instance, const ConnectorTransport& transport,
                               const std::map<std::string, std::string>& secrets, const SecretBox& box) {
  if (!is_instance_name(instance.name))
    return fail(ErrorCode::bad_request, "'" + instance.name +
                                            "' is no name for a connector: lower-case letters, digits and '-', a "
                                            "letter first, at most " +
                                            std::to_string(instance_name_bytes_max) + ".");
  for (const std::map<std::string, std::string>* given :
       std::initializer_list<const std::map<std::string, std::string>*>{&instance.settings, &secrets})
    for (const auto& [name, value] : *given) {
      const auto* setting = transport.find_setting(name);
      if (!setting) return fail(ErrorCode::bad_request, "The connector has no setting '" + name + "'.");
      if ((setting->kind == SettingKind::secret) != (given == &secrets))
        return fail(ErrorCode::bad_request,
                    "The setting '" + name + "' is " +
                        (given == &secrets ? "not a secret; give it with --set." : "a secret; give it with --secret."));
      TRY(check_value(*setting, value));
    }
  for (auto& [name, value] : instance.settings)
    while (transport.find_setting(name)->kind == SettingKind::url && value.ends_with('/')) value.pop_back();
  TRY(require_settings(instance, transport, secrets));
  for (const auto& [name, value] : secrets)
    instance.sealed[name] = TRY(box.seal(value, purpose_of(tenant, instance, name)));
  return instance;
}

Result<SettingValues> values_of(const std::string& tenant, const Instance& instance,
                                const ConnectorTransport& transport, const SecretBox& box) {
  SettingValues values = instance.settings;
  for (const auto& setting : transport.settings)
    if (setting.default_value) values.try_emplace(setting.name, *setting.default_value);
  for (const auto& [name, sealed] : instance.sealed)
    values[name] = TRY(box.unseal(sealed, purpose_of(tenant, instance, name)));
  return values;
}

Result<std::optional<Instance>> load_instance(const store::EntityStore& store, const std::string& tenant,
                                              const std::string& name) {
  const auto state = TRY(store.state(tenant, state_name(name)));
  if (!state) return std::optional<Instance>();
  return std::optional(TRY(decode(name, *state)));
}

Result<std::vector<Instance>> load_instances(const store::EntityStore& store, const std::string& tenant) {
  std::vector<Instance> instances;
  for (const std::string& name : TRY(store.state_names(tenant, instance_prefix)))
    if (auto instance = TRY(load_instance(store, tenant, name.substr(instance_prefix.size()))))
      instances.push_back(std::move(*instance));
  return instances;
}

Status add_instance(store::EntityStore& store, const std::string& tenant, const Instance& wanted,
                    const ConnectorTransport& transport, const std::string& vendor, const std::string& provider) {
  const auto others = TRY(load_instances(store, tenant));
  if (others.size() >= instances_max)
    return fail(ErrorCode::limit_exceeded,
                "There are " + std::to_string(instances_max) + " connectors already, the most a tenant may have.");
  Instance instance = wanted;
  instance.provider = own_provider(instance, others, transport, provider);
  store::Commit commit;
  commit.states.push_back({state_name(instance.name), encode(instance), store::must_not_exist});
  commit.entities.push_back({health_collection, instance.name,
                             json::to_text(json::Object{{"id", instance.name},
                                                        {"connector", instance.connector},
                                                        {"vendor", vendor},
                                                        {"provider", provider_of(instance, provider)},
                                                        {"transport", instance.transport},
                                                        {"health", "starting"},
                                                        {"createdDateTime", base::format_date_time(instance.created)}}),
                             store::any_version});
  const auto committed = store.commit(tenant, commit);
  if (committed) return {};
  if (committed.error().code == ErrorCode::conflict)
    return fail(ErrorCode::conflict, "There is a connector '" + instance.name + "' already.");
  return committed.error();
}

Status remove_instance(store::EntityStore& store, const std::string& tenant, const std::string& name) {
  if (!TRY(store.state(tenant, state_name(name))))
    return fail(ErrorCode::not_found, "There is no connector '" + name + "'.");
  store::Commit commit;
  commit.states.push_back({state_name(name), std::nullopt});
  if (TRY(store.get(tenant, health_collection, name)))
    commit.entities.push_back({health_collection, name, std::nullopt});
  TRY(store.commit(tenant, commit));
  return {};
}

}  // namespace vedette::federation
