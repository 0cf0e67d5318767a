// Signed tokens: JWS compact serialization (RFC 7515, section 7.1) of JWT claims (RFC 7519), RS256 only.
//
// Strict, because what one reader takes for another token than the next is an attack: exactly three parts of canonical
// base64url, JSON objects without repeated members, `alg` exactly RS256 ("none" and the HMAC family do not exist here),
// no `crit`, claims of the right type. Parsing proves nothing: the caller verifies the signature with a key it trusts,
// then the claims.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/auth/signing_keys.h"
#include "vedette/base/result.h"

namespace vedette::auth {

inline constexpr size_t token_bytes_max = 32 * 1024;

struct Claims {
  std::string issuer, audience, tenant_id, app_id, object_id;
  std::string user_name;                // `upn`
  std::vector<std::string> roles;       // of an application
  std::vector<std::string> scopes;      // `scp`, of a user
  bool delegated = false;               // has `scp`: somebody signed in
  std::string token_id;                 // `uti`
  int64_t not_before = 0, expires = 0;  // seconds of the Unix epoch
  int64_t issued = 0;                   // `iat`; 0 without
};

// `claims` is the text of a JSON object.
base::Result<std::string> sign_jwt(const SigningKey& key, std::string_view claims);

}  // namespace vedette::auth
