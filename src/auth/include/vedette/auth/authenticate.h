// From a request to its caller: the bearer token (RFC 6750) is parsed, its signature and claims are verified.
//
// Verified tokens are remembered by their SHA-256 until they expire, least recently used out first, so that a client
// pays for RSA once. Of a local user the directory is asked at each request, so that who was disabled or changed the
// password is out at once, and roles are what they are now. Tokens of outside OpenID providers are accepted when they
// are configured (outside_provider.h).
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/auth/identity.h"
#include "vedette/auth/outside_provider.h"
#include "vedette/base/result.h"
#include "vedette/http/message.h"
#include "vedette/odata/caller.h"

namespace vedette::auth {

class TokenCache;
struct SignedClaims;
struct VerifiedToken;

// Threads: any. What it is made of outlives it.
class Authenticator {
 public:
  explicit Authenticator(Identity identity, size_t cache_entries_max = 10'000);
  // Before the first request.
  void accept(std::unique_ptr<OutsideProvider> provider);
  ~Authenticator();

  // Errors: `unauthenticated`, with the reason; failures of the store.
  base::Result<odata::Caller> authenticate(const http::Request& request);
  base::Result<odata::Caller> verify(std::string_view token);
  // The caller of a request whose token was verified before, without waiting for anybody; null when authenticate() has
  // to be asked, which says what is wrong.
  std::shared_ptr<const odata::Caller> recall(const http::Request& request);

  // How far the clocks of two servers may be apart.
  static constexpr int64_t skew_seconds = 60;

 private:
  base::Result<VerifiedToken> prove_own(const SignedClaims& parsed, int64_t now);
  base::Result<VerifiedToken> prove_outside(OutsideProvider& provider, const SignedClaims& token, int64_t now);

  base::Result<VerifiedToken> prove(std::string_view token, int64_t now);
  // The caller with what the directory says of the user now.
  base::Result<odata::Caller> look_up_user(const VerifiedToken& verified) const;

  const Identity identity_;
  std::vector<std::unique_ptr<OutsideProvider>> providers_;
  const std::unique_ptr<TokenCache> cache_;
};

// The value of WWW-Authenticate for the 401 that answers `request` (RFC 6750, section 3): without an error when the
// request had no credentials.
std::string www_authenticate(const http::Request& request, const base::Error& error);

}  // namespace vedette::auth
