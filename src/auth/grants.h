// What a user allowed an application to do for them, and the secrets that stand for it: authorization codes, refresh
// tokens and device codes. All of it is state in the entity store, by the SHA-256 of the secret, with an end, and
// bounded; no process remembers anything.
//
//   auth.code/<user>/<expires>/<id>     an authorization code: 10 minutes, once. Used a second time, the refresh tokens
//                                       that it led to are revoked (RFC 6749, section 4.1.2).
//   auth.refresh/<user>/<expires>/<id>  a family of refresh tokens: each use replaces the token by a new one. One that
//                                       was replaced and comes again was stolen, then or now: the family is revoked
//                                       (RFC 9700, section 4.14.2). Not within half a minute, when it is two processes
//                                       of one client that share a token: the later has access tokens only.
//   auth.device/<user code>             a device that waits for its user (RFC 8628).
//   auth.device_address/<bucket>        the ends, in seconds, of the device codes that an address was given, or a
//                                       network of 64 bits of IPv6 (RFC 4291), so that nobody takes those of all
//                                       others.
//
// The text of a code or token is "1.<user>.<expires>.<id>.<secret>": it says where its state is, and proves it.
// Threads: any.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/store/entity_store.h"

namespace vedette::auth {

struct Grant {
  std::string client_id, user_id;
  std::vector<std::string> scopes;  // delegated permissions
  std::string audience;
  bool offline = false;  // with refresh tokens
  bool openid = false;   // with an id token
  std::string nonce;     // of the id token
  base::DateTime created{};
};

// What a code was issued for, and must be redeemed with.
struct CodeBinding {
  std::string redirect_uri;
  std::string challenge;  // of PKCE, S256; "" without
};

struct CodeProof {
  std::string_view client_id, redirect_uri, verifier;
};

struct RedeemedCode {
  Grant grant;
  std::string refresh_token;  // "" without `offline`
};

struct RotatedToken {
  std::string refresh_token;  // "" for who is just too late
};

struct NewDeviceCode {
  std::string device_code, user_code;
};

enum class DeviceState : uint8_t { pending, approved, refused };

// Why a secret was not good: what the client is told, in Entra's words.
enum class Unusable : uint8_t { unknown, mismatch, bad_verifier, expired, used, pending, too_soon, refused };

class Grants {
 public:
  Grants(store::EntityStore& store, const base::Clock& clock) : store_(store), clock_(clock) {}

  // The number of codes of a user is bounded: the oldest goes.
  base::Result<std::string> issue_code(std::string_view tenant_id, const Grant& grant, const CodeBinding& binding);
  // The code is used up whatever comes of it.
  base::Result<tl::expected<RedeemedCode, Unusable>> redeem_code(std::string_view tenant_id, std::string_view code,
                                                                 const CodeProof& proof);

  base::Result<std::string> issue_refresh_token(std::string_view tenant_id, const Grant& grant);
  // The token is replaced, unless `accepts` says that the grant is not good for what is asked: then it stays, and there
  // is no new one. Of two uses at the same time one gets the new one.
  using Accepts = std::function<bool(const Grant&)>;
  base::Result<tl::expected<RotatedToken, Unusable>> rotate(std::string_view tenant_id, std::string_view token,
                                                            std::string_view client_id, const Accepts& accepts);

  // Errors: `too_many_requests` when too many devices wait, or too many of the address that asks.
  base::Result<NewDeviceCode> issue_device_code(std::string_view tenant_id, const Grant& grant,
                                                std::string_view address);
  // What waits for a user under the code that a person typed; nullopt when nothing does.
  base::Result<std::optional<Grant>> find_device(std::string_view tenant_id, std::string_view user_code) const;
  // False when it is not waiting any more.
  base::Result<bool> decide_device(std::string_view tenant_id, std::string_view user_code, DeviceState state,
                                   std::string_view user_id);
  // What the device gets once; it is then gone.
  base::Result<tl::expected<Grant, Unusable>> poll_device(std::string_view tenant_id, std::string_view device_code,
                                                          std::string_view client_id);

  static constexpr int64_t code_seconds = 600;
  static constexpr int64_t refresh_seconds = 90 * 86400;
  static constexpr int64_t replaced_seconds = 30;  // for so long, a replaced refresh token is good for access tokens
  static constexpr size_t replaced_max = 10;       // of a family; those before them are too old at once
  static constexpr int64_t device_seconds = 900;
  static constexpr int64_t device_interval_seconds = 5;
  static constexpr size_t codes_per_user_max = 20;
  static constexpr size_t families_per_user_max = 50;
  static constexpr size_t devices_max = 1000;  // of a tenant
  static constexpr size_t address_devices_max = 100;

 private:
  struct NewFamily {
    std::string refresh_token, state_name;
  };
  base::Result<NewFamily> new_family(std::string_view tenant_id, const Grant& grant, store::Commit& commit);

  store::EntityStore& store_;
  const base::Clock& clock_;
};

}  // namespace vedette::auth
