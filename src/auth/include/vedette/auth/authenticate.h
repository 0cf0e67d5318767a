// From a request to its caller: the bearer token (RFC 6750) is parsed, its signature and claims are verified.
//
// Verified tokens are remembered by their SHA-256 until they expire, least recently used out first, so that a client
// pays for RSA once. Only tokens of this installation are accepted; those of an outside OpenID provider, whose keys
// would come from a KeySource of its own, are refused by name.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "vedette/auth/directory.h"
#include "vedette/auth/server_address.h"
#include "vedette/auth/signing_keys.h"
#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/http/message.h"
#include "vedette/odata/caller.h"

namespace vedette::auth {

class TokenCache;

// Threads: any. What it is made of outlives it.
class Authenticator {
 public:
  Authenticator(ServerAddress address, const Directory& directory, SigningKeys& keys, const base::Clock& clock,
                size_t cache_entries_max = 10'000);
  ~Authenticator();

  // Errors: `unauthenticated`, with the reason; failures of the store.
  base::Result<odata::Caller> authenticate(const http::Request& request);
  base::Result<odata::Caller> verify(std::string_view token);

  // How far the clocks of two servers may be apart.
  static constexpr int64_t skew_seconds = 60;

 private:
  base::Result<KeySource*> keys_of(std::string_view issuer, std::string_view tenant_id);

  const ServerAddress address_;
  const Directory& directory_;
  SigningKeys& keys_;
  const base::Clock& clock_;
  const std::unique_ptr<TokenCache> cache_;
};

// The value of WWW-Authenticate for the 401 that answers `request` (RFC 6750, section 3): without an error when the
// request had no credentials.
std::string www_authenticate(const http::Request& request, const base::Error& error);

}  // namespace vedette::auth
