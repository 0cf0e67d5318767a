// Access tokens with the claims of Microsoft Graph's, and id tokens.
#pragma once

#include <optional>
#include <string>
#include <string_view>
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
  std::string display_name = {};
  std::vector<std::string> roles = {};  // directory roles: `wids`, for whoever reads tokens; ours asks the directory
};

struct TokenSubject {
  std::string tenant_id;
  Application application;
  std::string audience;              // ServerAddress::is_audience
  std::optional<SignedInUser> user;  // absent: the application itself, with its roles
  std::string token_id = {};         // `uti`; "": a random one
};

base::Result<std::string> issue_token(const TokenSubject& subject, const ServerAddress& address, SigningKeys& keys,
                                      const base::Clock& clock);

// Who signed in, for the application to read (OpenID Connect Core, section 2). No access token: its audience is the
// application. `subject` has a user.
base::Result<std::string> issue_id_token(const TokenSubject& subject, std::string_view nonce,
                                         const ServerAddress& address, SigningKeys& keys, const base::Clock& clock);

}  // namespace vedette::auth
