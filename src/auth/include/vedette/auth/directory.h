// Tenants and their applications, kept in the entity store.
//
// The list of tenants lies in the system's partition, an application in its tenant's. A tenant's name is unique without
// regard to (ASCII) case, so that people can name a tenant by it; the state "auth.tenant_name/<name>" holds that even
// when two processes create at once. Secrets of applications are application_secrets.h's.
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
  std::vector<std::string> roles;   // permissions granted to it, for what it does itself
  std::vector<std::string> scopes;  // delegated permissions: what users may let it do for them
  std::vector<std::string> redirect_uris;
  bool is_public = false;  // runs where it can keep no secret: it has none, and needs PKCE
};

struct ApplicationSettings {
  std::string name;
  std::vector<std::string> roles = {};
  std::vector<std::string> scopes = {};
  std::vector<std::string> redirect_uris = {};
  bool is_public = false;
};

struct NewApplication {
  Application application;
  std::string client_secret;  // not kept anywhere; "" for a public client
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

  // Errors: `not_found` for the tenant, `bad_request` for names, permissions and addresses that are not well-formed.
  base::Result<NewApplication> create_application(std::string_view tenant_id, ApplicationSettings settings);
  base::Result<NewApplication> create_application(std::string_view tenant_id, std::string_view name,
                                                  std::vector<std::string> roles) {
    return create_application(tenant_id, {std::string(name), std::move(roles)});
  }
  base::Result<std::optional<Application>> find_application(std::string_view tenant_id,
                                                            std::string_view client_id) const;
  base::Result<std::vector<Application>> applications(std::string_view tenant_id) const;
  // The tenant that has the application: a client id is an id of one application anywhere.
  base::Result<std::optional<Tenant>> tenant_of_application(std::string_view client_id) const;

  static constexpr size_t name_bytes_max = 256;
  static constexpr size_t role_bytes_max = 128;
  static constexpr size_t roles_max = 500;
  static constexpr size_t redirect_uris_max = 100;

 private:
  store::EntityStore& store_;
  const base::Clock& clock_;
};

}  // namespace vedette::auth
