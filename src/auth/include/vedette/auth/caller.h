// Who asks, proven by a token, and what they may do.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "vedette/base/result.h"

namespace vedette::auth {

struct Caller {
  std::string tenant_id;
  std::string app_id;
  std::optional<std::string> user_id;  // set when a user signed in: scopes count, roles do not
  std::vector<std::string> roles;
  std::vector<std::string> scopes;
};

// Whether the caller has one of the permissions that its kind needs: an application one of `application` among its
// roles, a user one of `delegated` among the scopes. An empty list allows nobody. Names are compared exactly.
bool has_permission(const Caller& caller, std::span<const std::string> application,
                    std::span<const std::string> delegated);

// The same as an error: `forbidden`, naming the first of the list, which is the least privileged one.
base::Status require_permission(const Caller& caller, std::span<const std::string> application,
                                std::span<const std::string> delegated);

}  // namespace vedette::auth
