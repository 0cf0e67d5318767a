// A token's parts before its claims are given a meaning: what tokens of ours and of others have in common.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vedette/auth/jwt.h"
#include "vedette/json/value.h"

namespace vedette::auth {

struct SignedClaims {
  std::string key_id;
  std::string_view signed_part;  // of the parsed text
  std::string signature;
  json::Value claims;  // an object
};

// Strict as jwt.h says. Errors: `unauthenticated`, with a message that quotes nothing of the token.
base::Result<SignedClaims> parse_signed(std::string_view token);
// As this installation writes them.
base::Result<Claims> read_claims(const json::Value& claims);
// `exp`, `nbf` and `iat`.
base::Status read_times(const json::Value& value, Claims& claims);
std::vector<std::string> split_scopes(std::string_view text);

}  // namespace vedette::auth
