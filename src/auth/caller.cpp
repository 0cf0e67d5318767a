#include "vedette/auth/caller.h"

#include <algorithm>

namespace vedette::auth {

bool has_permission(const Caller& caller, std::span<const std::string> application,
                    std::span<const std::string> delegated) {
  const auto& held = caller.user_id ? caller.scopes : caller.roles;
  const auto sufficient = caller.user_id ? delegated : application;
  return std::any_of(sufficient.begin(), sufficient.end(), [&held](const std::string& permission) {
    return std::find(held.begin(), held.end(), permission) != held.end();
  });
}

base::Status require_permission(const Caller& caller, std::span<const std::string> application,
                                std::span<const std::string> delegated) {
  if (has_permission(caller, application, delegated)) return {};
  const auto sufficient = caller.user_id ? delegated : application;
  const std::string kind = caller.user_id ? "delegated" : "application";
  if (sufficient.empty())
    return base::fail(base::ErrorCode::forbidden, "This operation is not available with " + kind + " permissions.");
  return base::fail(base::ErrorCode::forbidden, "Insufficient privileges: this operation needs the " + kind +
                                                    " permission " + sufficient.front() + ".");
}

}  // namespace vedette::auth
