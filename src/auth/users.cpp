#include "vedette/auth/users.h"

#include <algorithm>

#include "stored_entities.h"
#include "vedette/auth/client_secret.h"
#include "vedette/base/ascii_case.h"
#include "vedette/base/guid.h"
#include "vedette/base/utf8.h"
#include "vedette/json/value.h"
#include "vedette/odata/caller.h"

namespace vedette::auth {
namespace {

using base::ErrorCode;
using base::fail;

struct DirectoryRole {
  std::string_view name, template_id;
};

constexpr DirectoryRole directory_roles[] = {
    {odata::security_reader, "5d6b6bb7-de71-4623-b4af-96380a352509"},
    {odata::security_operator, "5f2222b1-57c3-48ba-8ad5-d4759f1fde6f"},
    {odata::security_administrator, "194ae4cb-b126-40b2-bd5b-6091b380977d"},
};

std::string name_state(std::string_view name) { return "auth.user_name/" + base::ascii_lower(name); }
std::string password_state(std::string_view id) { return "auth.user_password/" + std::string(id); }

base::Status check_user_name(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("'.-_!#^~@").find(c) != std::string_view::npos;
  };
  if (!name.empty() && name.size() <= Users::name_bytes_max && std::all_of(name.begin(), name.end(), fits)) return {};
  return fail(ErrorCode::bad_request, "The name of a user must have 1 to " + std::to_string(Users::name_bytes_max) +
                                          " characters: letters, digits and '.-_!#^~@.");
}

base::Status check_password(std::string_view password, std::string_view name) {
  if (password.size() < Users::password_bytes_min || password.size() > Users::password_bytes_max)
    return fail(ErrorCode::bad_request, "A password must have " + std::to_string(Users::password_bytes_min) + " to " +
                                            std::to_string(Users::password_bytes_max) + " bytes.");
  if (!base::is_valid_utf8(password) || password.find('\0') != password.npos)
    return fail(ErrorCode::bad_request, "A password must be UTF-8 text.");
  if (base::equal_ignoring_ascii_case(password, name))
    return fail(ErrorCode::bad_request, "A password must not be the user's name.");
  return {};
}

base::Status check_roles(const std::vector<std::string>& roles) {
  for (const std::string& role : roles)
    if (role_template_id(role).empty()) {
      std::string names;
      for (const auto& known : directory_roles) names += (names.empty() ? "" : ", ") + std::string(known.name);
      return fail(ErrorCode::bad_request, "There is no role '" + role + "' for users; there are: " + names + ".");
    }
  return {};
}

json::Object stored_form(const User& user, std::string_view created) {
  return {{"id", user.id},
          {"userPrincipalName", user.name},
          {"displayName", user.display_name},
          {"accountEnabled", user.enabled},
          {"directoryRoles", as_json(user.roles)},
          {"createdDateTime", created},
          {"signInSessionsValidFromDateTime", base::format_date_time(user.sessions_valid_from)}};
}

base::Result<User> parse_user(const store::Entity& entity) {
  const auto document = TRY(parse_stored(entity));
  User user;
  user.id = entity.id;
  user.name = json::find_string(document, "userPrincipalName");
  user.display_name = json::find_string(document, "displayName");
  user.roles = find_texts(document, "directoryRoles");
  const json::Value* enabled = json::find(document, "accountEnabled");
  const auto valid_from = base::parse_iso_date_time(json::find_string(document, "signInSessionsValidFromDateTime"));
  if (!enabled || !enabled->is_bool() || !valid_from)
    return fail(ErrorCode::corrupt_data, "A stored user cannot be read.").with_cause(entity.id);
  user.enabled = enabled->get_bool();
  user.sessions_valid_from = *valid_from;
  return user;
}

}  // namespace

std::vector<std::string> known_directory_roles() {
  std::vector<std::string> names;
  for (const auto& role : directory_roles) names.emplace_back(role.name);
  return names;
}

std::string_view role_template_id(std::string_view role) {
  for (const auto& known : directory_roles)
    if (known.name == role) return known.template_id;
  return {};
}

std::string generate_password() { return generate_client_secret().substr(0, 20); }

base::Result<User> Users::create(std::string_view tenant_id, NewUser made) {
  TRY(check_user_name(made.name));
  if (!made.display_name.empty()) TRY(check_name(made.display_name, "a person"));
  TRY(check_password(made.password, made.name));
  std::sort(made.roles.begin(), made.roles.end());
  made.roles.erase(std::unique(made.roles.begin(), made.roles.end()), made.roles.end());
  TRY(check_roles(made.roles));
  const base::DateTime now = clock_.now();
  User user{base::to_string(base::random_guid()), made.name, made.display_name, std::move(made.roles), true, now};
  if (user.display_name.empty()) user.display_name = user.name;
  store::Commit commit;
  commit.entities.push_back({std::string(users_collection), user.id,
                             json::to_text(stored_form(user, base::format_date_time(now))), store::must_not_exist});
  commit.states.push_back({name_state(user.name), user.id, store::must_not_exist});
  commit.states.push_back({password_state(user.id), TRY(hash_client_secret(made.password)), store::must_not_exist});
  const auto committed = store_.commit(tenant_id, commit);
  if (committed) return user;
  if (committed.error().code != ErrorCode::conflict) return committed.error();
  return fail(ErrorCode::conflict, "There is already a user named '" + user.name + "'.");
}

base::Result<std::optional<User>> Users::find(std::string_view tenant_id, std::string_view id) const {
  const auto entity = TRY(store_.get(tenant_id, users_collection, id));
  if (!entity) return std::optional<User>();
  return std::optional<User>(TRY(parse_user(*entity)));
}

base::Result<std::optional<User>> Users::find_by_name(std::string_view tenant_id, std::string_view name) const {
  if (!check_user_name(name)) return std::optional<User>();
  const auto id = TRY(store_.state(tenant_id, name_state(name)));
  if (!id) return std::optional<User>();
  return find(tenant_id, id->value);
}

base::Result<std::vector<User>> Users::list(std::string_view tenant_id) const {
  std::vector<User> users;
  for (const auto& entity : TRY(all_of(store_, tenant_id, users_collection, clock_.now())))
    users.push_back(TRY(parse_user(entity)));
  return users;
}

base::Result<User> Users::change(std::string_view tenant_id, std::string_view name, std::optional<bool> enabled,
                                 std::optional<store::StateWrite> password) {
  const auto named = TRY(find_by_name(tenant_id, name));
  const auto entity = named ? TRY(store_.get(tenant_id, users_collection, named->id)) : std::nullopt;
  if (!entity) return fail(ErrorCode::not_found, "There is no user '" + std::string(name) + "'.");
  User user = TRY(parse_user(*entity));
  if (enabled) user.enabled = *enabled;
  user.sessions_valid_from = clock_.now();
  const auto created = TRY(parse_stored(*entity));
  store::Commit commit;
  commit.entities.push_back({std::string(users_collection), user.id,
                             json::to_text(stored_form(user, json::find_string(created, "createdDateTime"))),
                             entity->version});
  if (password) {
    password->name = password_state(user.id);
    commit.states.push_back(std::move(*password));
  }
  TRY(store_.commit(tenant_id, commit));
  return user;
}

base::Result<User> Users::set_enabled(std::string_view tenant_id, std::string_view name, bool enabled) {
  return change(tenant_id, name, enabled, std::nullopt);
}

base::Result<User> Users::set_password(std::string_view tenant_id, std::string_view name, std::string_view password) {
  TRY(check_password(password, name));
  const auto user = TRY(find_by_name(tenant_id, name));
  if (!user) return fail(ErrorCode::not_found, "There is no user '" + std::string(name) + "'.");
  std::string hash = TRY(hash_client_secret(password));
  return change(tenant_id, name, std::nullopt, store::StateWrite{{}, std::move(hash)});
}

base::Result<std::string> Users::password_hash(std::string_view tenant_id, std::string_view id) const {
  const auto state = id.empty() ? std::nullopt : TRY(store_.state(tenant_id, password_state(id)));
  return state ? state->value : std::string();
}

}  // namespace vedette::auth
