// From a request to its caller: the bearer token (RFC 6750) is parsed, its signature and claims are verified.
//
// Verified tokens are remembered by their SHA-256 until they expire, least recently used out first, so that a client
// pays for RSA once. Of a local user the directory is asked at each request, so that who was disabled or changed the
// password is out at once, and roles are what they are now.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "vedette/auth/identity.h"
#include "vedette/base/result.h"
#include "vedette/http/message.h"
#include "vedette/odata/caller.h"

namespace vedette::auth {

class TokenCache;
struct VerifiedToken;

// Threads: any. What it is made of outlives it.
class Authenticator {
 public:
  explicit Authenticator(Identity identity, size_t cache_entries_max = 10'000);
  ~Authenticator();

  // Errors: `unauthenticated`, with the reason; failures of the store.
  base::Result<odata::Caller> authenticate(const http::Request& request);
  base::Result<odata::Caller> verify(std::string_view token);

  // How far the clocks of two servers may be apart.
  static constexpr int64_t skew_seconds = 60;

 private:
  base::Result<KeySource*> keys_of(std::string_view issuer, std::string_view tenant_id);

  base::Result<VerifiedToken> prove(std::string_view token, int64_t now);
  // The caller with what the directory says of the user now.
  base::Result<odata::Caller> look_up_user(VerifiedToken verified) const;

  const Identity identity_;
  const std::unique_ptr<TokenCache> cache_;
};

// The value of WWW-Authenticate for the 401 that answers `request` (RFC 6750, section 3): without an error when the
// request had no credentials.
std::string www_authenticate(const http::Request& request, const base::Error& error);

}  // namespace vedette::auth
