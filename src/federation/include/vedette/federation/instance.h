// A connector that a tenant has set up: which provider, and with what settings. It is the state
// "federation.instance/<name>" of the tenant; its secrets are sealed. How it fares is an entity of
// /vedette/connectors (health.h), which holds none of the settings.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/federation/connector_transport.h"
#include "vedette/federation/secret_box.h"
#include "vedette/store/entity_store.h"

namespace vedette::federation {

inline constexpr std::string_view instance_prefix = "federation.instance/";
inline constexpr const char* health_collection = "connectors";
inline constexpr size_t instances_max = 100;  // of a tenant
inline constexpr size_t instance_name_bytes_max = 64;
inline constexpr size_t setting_bytes_max = 8192;

struct Instance {
  std::string name, connector;
  std::string transport;                        // one of transports_of
  std::string provider;                         // of its alerts; "": the connector's
  std::map<std::string, std::string> settings;  // without secrets
  std::map<std::string, std::string> sealed;    // secrets
  bool write_back = true;
  bool live = false;  // asked whenever alerts are listed in their first form
  base::DateTime created{};
  int64_t version = 0;  // of the state
};

// The provider of its alerts, part of their identity.
std::string provider_of(const Instance& instance, const std::string& connector_provider);

// Settings with their defaults, and secrets in the clear: only in memory.
using SettingValues = std::map<std::string, std::string>;

// Lower-case letters, digits and '-', beginning with a letter.
bool is_instance_name(std::string_view name);

// bad_request for settings that the connector does not have, that are missing or are no value of their kind. What
// `secrets` holds is sealed.
base::Result<Instance> make_instance(const std::string& tenant, Instance instance, const ConnectorTransport& transport,
                                     const std::map<std::string, std::string>& secrets, const SecretBox& box);

base::Result<SettingValues> values_of(const std::string& tenant, const Instance& instance,
                                      const ConnectorTransport& transport, const SecretBox& box);

base::Result<std::vector<Instance>> load_instances(const store::EntityStore& store, const std::string& tenant);
base::Result<std::optional<Instance>> load_instance(const store::EntityStore& store, const std::string& tenant,
                                                    const std::string& name);
// conflict when there is one of that name, or limit_exceeded when there are too many. One that asks at other addresses
// than another instance of its connector is a provider of its own: alerts of two of them may have the same names.
base::Status add_instance(store::EntityStore& store, const std::string& tenant, const Instance& instance,
                          const ConnectorTransport& transport, const std::string& vendor, const std::string& provider);
// not_found. Its alerts stay.
base::Status remove_instance(store::EntityStore& store, const std::string& tenant, const std::string& name);

}  // namespace vedette::federation
