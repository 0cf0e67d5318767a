// An OpenID provider outside, whose tokens are accepted: its keys, and what its claims mean here.
//
// The keys come from the provider's JWKS, whose address is configured or found by OpenID discovery. They are fetched by
// the client that reaches public addresses only, unless the operator allows others for this provider; kept for an hour,
// and fetched again when a token names a key that is not among them, once a minute at most. When the provider cannot be
// reached, the keys that there are stay good for a day.
//
// A token whose scopes name a permission is a user's: the claim of roles then holds directory roles. Any other is an
// application's: the claim holds permissions. The operator's table gives the provider's names a meaning; names that are
// in no table stand for themselves.
// Threads: any.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/auth/signing_keys.h"
#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/odata/caller.h"

namespace vedette::auth {

struct OutsideProviderSettings {
  std::string issuer;                        // `iss`, exactly
  std::vector<std::string> audiences;        // one of them is in `aud`
  std::string tenant;                        // whose tokens these are: an id or a name
  std::string tenant_claim;                  // in place of `tenant`: the claim that says it
  std::string jwks_uri;                      // "": by discovery
  std::string roles_claim = "roles";         // a path: "realm_access.roles"
  std::string scopes_claim = "scp";          // `scope` when it is absent
  std::map<std::string, std::string> names;  // of the provider's roles and scopes → ours
  bool private_addresses = false;            // it may be reached at an address that is not public, and by http
  std::string ca_file;                       // PEM; "": the system's authorities
};

struct SignedClaims;

struct OutsideCaller {
  odata::Caller caller;
  std::string tenant;  // as configured or claimed: an id or a name
  int64_t not_before = 0, expires = 0;
};

class OutsideProvider {
 public:
  // What a GET of an address answers with; a test's own in place of the client.
  using Fetch = std::function<base::Result<std::string>(const std::string& url)>;

  OutsideProvider(OutsideProviderSettings settings, const base::Clock& clock, Fetch fetch = {});
  ~OutsideProvider();

  const std::string& issuer() const { return settings_.issuer; }
  // Errors: `unauthenticated`, with the reason; `unavailable` when the keys cannot be had.
  base::Result<OutsideCaller> verify(const SignedClaims& parsed);

  static constexpr int64_t fresh_seconds = 3600;
  static constexpr int64_t good_seconds = 86400;
  static constexpr int64_t fetch_pause_seconds = 60;
  static constexpr size_t keys_max = 100;
  static constexpr size_t document_bytes_max = 1 << 20;

 private:
  using Keys = std::map<std::string, std::shared_ptr<const PublicKey>, std::less<>>;

  base::Result<std::shared_ptr<const PublicKey>> find_key(std::string_view key_id);
  base::Result<Keys> fetch_keys();
  std::string meaning_of(const std::string& name) const;

  const OutsideProviderSettings settings_;
  const base::Clock& clock_;
  const Fetch fetch_;
  std::mutex fetching_;  // held by who fetches
  std::mutex mutex_;     // of what follows
  Keys keys_;
  int64_t fetched_ = 0, tried_ = 0;
};

}  // namespace vedette::auth
