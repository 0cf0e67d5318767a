// Local users: who signs in with a password, and the directory roles that say what a delegated call of theirs may do.
//
// A user is an entity of its tenant; the name is unique without regard to (ASCII) case by the state
// "auth.user_name/<name>", the argon2id hash of the password is the state "auth.user_password/<id>". What ends a user's
// sessions (a new password, being disabled) moves `sessions_valid_from`: every token from before is refused.
// Threads: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/store/entity_store.h"

namespace vedette::auth {

struct User {
  std::string id;    // a GUID, lower case; `oid` of its tokens
  std::string name;  // userPrincipalName: "ana@contoso.example"
  std::string display_name;
  std::vector<std::string> roles;  // "Security Reader"
  bool enabled = true;
  base::DateTime sessions_valid_from{};
};

struct NewUser {
  std::string name, display_name, password;
  std::vector<std::string> roles;
};

// The names of the directory roles that there are.
std::vector<std::string> known_directory_roles();
// Entra's id of a role, as in the claim `wids`; "" for an unknown one.
std::string_view role_template_id(std::string_view role);

// A password that nobody guesses, for people to type once.
std::string generate_password();

class Users {
 public:
  Users(store::EntityStore& store, const base::Clock& clock) : store_(store), clock_(clock) {}

  // Errors: `bad_request` for a name, role or password that is none, `conflict` for a name that is taken.
  base::Result<User> create(std::string_view tenant_id, NewUser user);
  base::Result<std::optional<User>> find(std::string_view tenant_id, std::string_view id) const;
  base::Result<std::optional<User>> find_by_name(std::string_view tenant_id, std::string_view name) const;
  base::Result<std::vector<User>> list(std::string_view tenant_id) const;
  // Errors of both: `not_found`.
  base::Result<User> set_enabled(std::string_view tenant_id, std::string_view name, bool enabled);
  base::Result<User> set_password(std::string_view tenant_id, std::string_view name, std::string_view password);
  // "" when there is no such user.
  base::Result<std::string> password_hash(std::string_view tenant_id, std::string_view id) const;

  static constexpr size_t name_bytes_max = 113;  // as Entra's
  static constexpr size_t password_bytes_min = 8;
  static constexpr size_t password_bytes_max = 256;

 private:
  base::Result<User> change(std::string_view tenant_id, std::string_view name, std::optional<bool> enabled,
                            std::optional<store::StateWrite> password);

  store::EntityStore& store_;
  const base::Clock& clock_;
};

}  // namespace vedette::auth
