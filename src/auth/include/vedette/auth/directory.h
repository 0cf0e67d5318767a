// Tenants and their applications, kept in the entity store.
//
// The list of tenants lies in the system's partition, an application in its tenant's. A tenant's name is unique without
// regard to (ASCII) case, so that people can name a tenant by it; the state "auth.tenant_name/<name>" holds that even
// when two processes create at once. The hash of an application's secret is the state "auth.client_secret/<clientId>"
// of its tenant: no entity, so nothing that lists entities can show it.
// Threads: any, if the store's functions may be called from any.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/store/entity_store.h"

namespace vedette::auth {

struct Tenant {
  std::string id;  // a GUID, lower case
  std::string name;
};

struct Application {
  std::string client_id;  // a GUID, lower case
  std::string object_id;  // `oid` of its tokens
  std::string name;
  std::vector<std::string> roles;  // permissions granted to it
};

struct NewApplication {
  Application application;
  std::string client_secret;  // not kept anywhere
};

// What the store must be opened with.
std::vector<store::Collection> directory_collections();

class Directory {
 public:
  Directory(store::EntityStore& store, const base::Clock& clock) : store_(store), clock_(clock) {}

  // Errors: `bad_request` for a name that is not one, `conflict` for one that is taken.
  base::Result<Tenant> create_tenant(std::string_view name);
  base::Result<std::optional<Tenant>> find_tenant(std::string_view id_or_name) const;
  base::Result<std::vector<Tenant>> tenants() const;
  // The tenant a command on a data folder means: the named one; without a name the only one, and a new one named
  // "default" when there is none. Errors: `not_found`; `bad_request` when there are several and none is named.
  base::Result<Tenant> resolve_tenant(std::string_view id_or_name);

  // Errors: `not_found` for the tenant, `bad_request` for names and roles that are not well-formed.
  base::Result<NewApplication> create_application(std::string_view tenant_id, std::string_view name,
                                                  std::vector<std::string> roles);
  base::Result<std::optional<Application>> find_application(std::string_view tenant_id,
                                                            std::string_view client_id) const;
  base::Result<std::vector<Application>> applications(std::string_view tenant_id) const;
  // "" when there is no such application.
  base::Result<std::string> secret_hash(std::string_view tenant_id, std::string_view client_id) const;

  static constexpr size_t name_bytes_max = 256;
  static constexpr size_t role_bytes_max = 128;
  static constexpr size_t roles_max = 500;

 private:
  store::EntityStore& store_;
  const base::Clock& clock_;
};

}  // namespace vedette::auth
