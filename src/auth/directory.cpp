#include "vedette/auth/directory.h"

#include <algorithm>
#include <iterator>

#include "system_partition.h"
#include "vedette/auth/client_secret.h"
#include "vedette/base/ascii_case.h"
#include "vedette/base/guid.h"
#include "vedette/base/utf8.h"
#include "vedette/json/value.h"

namespace vedette::auth {
namespace {

using base::ErrorCode;
using base::fail;

constexpr std::string_view tenants_collection = "tenants";
constexpr std::string_view applications_collection = "applications";

// Of an authority that stands for any tenant (discovery).
bool is_reserved_name(std::string_view name) {
  const std::string lower = base::ascii_lower(name);
  return lower == "common" || lower == "organizations" || lower == "consumers";
}

std::string name_state(std::string_view name) { return "auth.tenant_name/" + base::ascii_lower(name); }
std::string secret_state(std::string_view client_id) { return "auth.client_secret/" + std::string(client_id); }

// The canonical text of an id, "" for what is none: keys are compared as text.
std::string canonical_id(std::string_view text) {
  const auto guid = text.size() == 36 ? base::parse_guid(text) : std::nullopt;
  return guid ? base::to_string(*guid) : std::string();
}

base::Status check_name(std::string_view name, std::string_view what) {
  const bool printable =
      std::none_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (name.empty() || name.size() > Directory::name_bytes_max || !printable || !base::is_valid_utf8(name))
    return fail(ErrorCode::bad_request, "The name of " + std::string(what) + " must have 1 to " +
                                            std::to_string(Directory::name_bytes_max) +
                                            " bytes of UTF-8 without control characters.");
  return {};
}

// A permission's name: "SecurityAlert.Read.All".
bool is_role(std::string_view role) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == '_';
  };
  return !role.empty() && role.size() <= Directory::role_bytes_max && role.front() != '.' && role.back() != '.' &&
         role.find("..") == role.npos && std::all_of(role.begin(), role.end(), fits);
}

base::Status check_roles(const std::vector<std::string>& roles) {
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

base::Result<json::Value> parse_stored(const store::Entity& entity) {
  auto document = json::parse(entity.json);
  if (!document) return fail(ErrorCode::corrupt_data, "A stored directory entry cannot be read.").with_cause(entity.id);
  return std::move(*document);
}

base::Result<Tenant> parse_tenant(const store::Entity& entity) {
  const auto document = TRY(parse_stored(entity));
  return Tenant{entity.id, std::string(json::find_string(document, "displayName"))};
}

base::Result<Application> parse_application(const store::Entity& entity) {
  const auto document = TRY(parse_stored(entity));
  Application application{entity.id,
                          std::string(json::find_string(document, "servicePrincipalId")),
                          std::string(json::find_string(document, "displayName")),
                          {}};
  if (const json::Value* roles = json::find(document, "appRoles"); roles && roles->is_array())
    for (const json::Value& role : roles->get_array())
      if (role.is_string()) application.roles.emplace_back(role.get_string());
  return application;
}

// Every entity of a collection, in the order of their ids.
base::Result<std::vector<store::Entity>> all_of(const store::EntityStore& store, std::string_view partition,
                                                std::string_view collection, base::DateTime now) {
  store::Query query;
  query.collection = collection;
  query.now = now;
  std::vector<store::Entity> all;
  do {
    auto page = TRY(store.query(partition, query));
    std::move(page.entities.begin(), page.entities.end(), std::back_inserter(all));
    query.after = std::move(page.next);
  } while (!query.after.empty());
  return all;
}

json::Object stored_form(const Application& application, base::DateTime created) {
  json::Array roles;
  for (const std::string& role : application.roles) roles.emplace_back(role);
  return {{"id", application.client_id},
          {"servicePrincipalId", application.object_id},
          {"displayName", application.name},
          {"createdDateTime", base::format_date_time(created)},
          {"appRoles", std::move(roles)}};
}

}  // namespace

std::vector<store::Collection> directory_collections() {
  return {{std::string(tenants_collection), {}}, {std::string(applications_collection), {}}};
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

base::Result<NewApplication> Directory::create_application(std::string_view tenant_id, std::string_view name,
                                                           std::vector<std::string> roles) {
  TRY(check_name(name, "an application"));
  std::sort(roles.begin(), roles.end());
  roles.erase(std::unique(roles.begin(), roles.end()), roles.end());
  TRY(check_roles(roles));
  const auto tenant = TRY(find_tenant(tenant_id));
  if (!tenant) return fail(ErrorCode::not_found, "There is no tenant '" + std::string(tenant_id) + "'.");
  NewApplication made;
  made.application = {base::to_string(base::random_guid()), base::to_string(base::random_guid()), std::string(name),
                      std::move(roles)};
  made.client_secret = generate_client_secret();
  const std::string& id = made.application.client_id;
  store::Commit commit;
  commit.entities.push_back({std::string(applications_collection), id,
                             json::to_text(stored_form(made.application, clock_.now())), store::must_not_exist});
  commit.states.push_back({secret_state(id), TRY(hash_client_secret(made.client_secret)), store::must_not_exist});
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

base::Result<std::string> Directory::secret_hash(std::string_view tenant_id, std::string_view client_id) const {
  const std::string id = canonical_id(client_id);
  const auto state = id.empty() ? std::nullopt : TRY(store_.state(tenant_id, secret_state(id)));
  return state ? state->value : std::string();
}

}  // namespace vedette::auth
