// Access tokens with the claims of Microsoft Graph's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "vedette/auth/directory.h"
#include "vedette/auth/server_address.h"
#include "vedette/auth/signing_keys.h"
#include "vedette/base/clock.h"
#include "vedette/base/result.h"

namespace vedette::auth {

inline constexpr int64_t token_lifetime_seconds = 3600;

// On whose behalf an application acts, and what it may do for them.
struct SignedInUser {
  std::string object_id;
  std::string name;  // userPrincipalName
  std::vector<std::string> scopes;
};

struct TokenSubject {
  std::string tenant_id;
  Application application;
  std::string audience;              // ServerAddress::is_audience
  std::optional<SignedInUser> user;  // absent: the application itself, with its roles
};

base::Result<std::string> issue_token(const TokenSubject& subject, const ServerAddress& address, SigningKeys& keys,
                                      const base::Clock& clock);

}  // namespace vedette::auth
