#include "vedette/auth/directory.h"

#include <algorithm>

#include "redirect_uri.h"
#include "stored_entities.h"
#include "system_partition.h"
#include "vedette/auth/application_secrets.h"
#include "vedette/auth/client_secret.h"
#include "vedette/base/ascii_case.h"
#include "vedette/base/guid.h"
#include "vedette/json/value.h"

namespace vedette::auth {
namespace {

using base::ErrorCode;
using base::fail;

// Of an authority that stands for any tenant (discovery).
bool is_reserved_name(std::string_view name) {
  const std::string lower = base::ascii_lower(name);
  return lower == "common" || lower == "organizations" || lower == "consumers";
}

std::string name_state(std::string_view name) { return "auth.tenant_name/" + base::ascii_lower(name); }

// A permission's name: "SecurityAlert.Read.All".
bool is_role(std::string_view role) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == '_';
  };
  return !role.empty() && role.size() <= Directory::role_bytes_max && role.front() != '.' && role.back() != '.' &&
         role.find("..") == role.npos && std::all_of(role.begin(), role.end(), fits);
}

// Sorted, each once.
base::Status check_permissions(std::vector<std::string>& roles) {
  std::sort(roles.begin(), roles.end());
  roles.erase(std::unique(roles.begin(), roles.end()), roles.end());
  if (roles.size() > Directory::roles_max)
    return fail(ErrorCode::bad_request,
                "An application may have at most " + std::to_string(Directory::roles_max) + " roles.");
  for (const std::string& role : roles)
    if (!is_role(role))
      return fail(ErrorCode::bad_request,
                  "A role must be a permission's name, such as SecurityAlert.Read.All: letters, digits, '-' and '_' "
                  "between dots, at most " +
                      std::to_string(Directory::role_bytes_max) + " of them.");
  return {};
}

base::Status check_redirect_uris(const std::vector<std::string>& uris) {
  if (uris.size() > Directory::redirect_uris_max)
    return fail(ErrorCode::bad_request,
                "An application may have at most " + std::to_string(Directory::redirect_uris_max) + " redirect URIs.");
  for (const std::string& uri : uris) TRY(check_redirect_uri(uri));
  return {};
}

base::Result<Tenant> parse_tenant(const store::Entity& entity) {
  const auto document = TRY(parse_stored(entity));
  return Tenant{entity.id, std::string(json::find_string(document, "displayName"))};
}

base::Result<Application> parse_application(const store::Entity& entity) {
  const auto document = TRY(parse_stored(entity));
  Application application;
  application.client_id = entity.id;
  application.object_id = json::find_string(document, "servicePrincipalId");
  application.name = json::find_string(document, "displayName");
  application.roles = find_texts(document, "appRoles");
  application.scopes = find_texts(document, "delegatedPermissions");
  application.redirect_uris = find_texts(document, "redirectUris");
  const json::Value* is_public = json::find(document, "isPublicClient");
  application.is_public = is_public && is_public->is_bool() && is_public->get_bool();
  return application;
}

json::Object stored_form(const Application& application, base::DateTime created) {
  return {{"id", application.client_id},
          {"servicePrincipalId", application.object_id},
          {"displayName", application.name},
          {"createdDateTime", base::format_date_time(created)},
          {"appRoles", as_json(application.roles)},
          {"delegatedPermissions", as_json(application.scopes)},
          {"redirectUris", as_json(application.redirect_uris)},
          {"isPublicClient", application.is_public}};
}

}  // namespace

std::vector<store::Collection> directory_collections() {
  return {{std::string(tenants_collection), {}},
          {std::string(applications_collection), {}},
          {std::string(users_collection), {}}};
}

base::Result<Tenant> Directory::create_tenant(std::string_view name) {
  TRY(check_name(name, "a tenant"));
  if (!canonical_id(name).empty()) return fail(ErrorCode::bad_request, "The name of a tenant must not be a GUID.");
  if (is_reserved_name(name))
    return fail(ErrorCode::bad_request, "A tenant cannot be named '" + std::string(name) + "'.");
  Tenant tenant{base::to_string(base::random_guid()), std::string(name)};
  const json::Object document{
      {"id", tenant.id}, {"displayName", tenant.name}, {"createdDateTime", base::format_date_time(clock_.now())}};
  store::Commit commit;
  commit.entities.push_back(
      {std::string(tenants_collection), tenant.id, json::to_text(document), store::must_not_exist});
  commit.states.push_back({name_state(name), tenant.id, store::must_not_exist});
  const auto committed = store_.commit(system_partition, commit);
  if (committed) return tenant;
  if (committed.error().code != ErrorCode::conflict) return committed.error();
  return fail(ErrorCode::conflict, "There is already a tenant named '" + tenant.name + "'.");
}

base::Result<std::optional<Tenant>> Directory::find_tenant(std::string_view id_or_name) const {
  std::string id = canonical_id(id_or_name);
  if (id.empty()) {
    if (id_or_name.empty() || id_or_name.size() > name_bytes_max) return std::optional<Tenant>();
    const auto named = TRY(store_.state(system_partition, name_state(id_or_name)));
    if (!named) return std::optional<Tenant>();
    id = named->value;
  }
  const auto entity = TRY(store_.get(system_partition, tenants_collection, id));
  if (!entity) return std::optional<Tenant>();
  return std::optional<Tenant>(TRY(parse_tenant(*entity)));
}

base::Result<std::vector<Tenant>> Directory::tenants() const {
  std::vector<Tenant> tenants;
  for (const auto& entity : TRY(all_of(store_, system_partition, tenants_collection, clock_.now())))
    tenants.push_back(TRY(parse_tenant(entity)));
  return tenants;
}

base::Result<Tenant> Directory::resolve_tenant(std::string_view id_or_name) {
  if (!id_or_name.empty()) {
    auto tenant = TRY(find_tenant(id_or_name));
    if (!tenant) return fail(ErrorCode::not_found, "There is no tenant '" + std::string(id_or_name) + "'.");
    return std::move(*tenant);
  }
  auto all = TRY(tenants());
  if (all.size() == 1) return std::move(all[0]);
  if (all.size() > 1) return fail(ErrorCode::bad_request, "There are several tenants; name one with --tenant.");
  auto created = create_tenant("default");
  if (created || created.error().code != ErrorCode::conflict) return created;
  return resolve_tenant("default");  // another process was first
}

base::Result<NewApplication> Directory::create_application(std::string_view tenant_id, ApplicationSettings settings) {
  TRY(check_name(settings.name, "an application"));
  TRY(check_permissions(settings.roles));
  TRY(check_permissions(settings.scopes));
  TRY(check_redirect_uris(settings.redirect_uris));
  if (settings.is_public && !settings.roles.empty())
    return fail(ErrorCode::bad_request,
                "A public client has no secret, and so no roles of its own; give it delegated permissions.");
  const auto tenant = TRY(find_tenant(tenant_id));
  if (!tenant) return fail(ErrorCode::not_found, "There is no tenant '" + std::string(tenant_id) + "'.");
  NewApplication made;
  made.application = {base::to_string(base::random_guid()),
                      base::to_string(base::random_guid()),
                      std::move(settings.name),
                      std::move(settings.roles),
                      std::move(settings.scopes),
                      std::move(settings.redirect_uris),
                      settings.is_public};
  const std::string& id = made.application.client_id;
  store::Commit commit;
  commit.entities.push_back({std::string(applications_collection), id,
                             json::to_text(stored_form(made.application, clock_.now())), store::must_not_exist});
  if (!made.application.is_public) {
    made.client_secret = generate_client_secret();
    commit.states.push_back(TRY(ApplicationSecrets(store_, clock_).first(id, made.client_secret)));
  }
  TRY(store_.commit(tenant->id, commit));
  return made;
}

base::Result<std::optional<Application>> Directory::find_application(std::string_view tenant_id,
                                                                     std::string_view client_id) const {
  const std::string id = canonical_id(client_id);
  const auto entity = id.empty() ? std::nullopt : TRY(store_.get(tenant_id, applications_collection, id));
  if (!entity) return std::optional<Application>();
  return std::optional<Application>(TRY(parse_application(*entity)));
}

base::Result<std::vector<Application>> Directory::applications(std::string_view tenant_id) const {
  std::vector<Application> applications;
  for (const auto& entity : TRY(all_of(store_, tenant_id, applications_collection, clock_.now())))
    applications.push_back(TRY(parse_application(entity)));
  return applications;
}

base::Result<std::optional<Tenant>> Directory::tenant_of_application(std::string_view client_id) const {
  for (auto& tenant : TRY(tenants()))
    if (TRY(find_application(tenant.id, client_id))) return std::optional<Tenant>(std::move(tenant));
  return std::optional<Tenant>();
}

}  // namespace vedette::auth
