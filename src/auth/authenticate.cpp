#include "vedette/auth/authenticate.h"

#include "signed_claims.h"
#include "token_cache.h"

namespace vedette::auth {

using base::ErrorCode;
using base::fail;
using odata::Caller;

namespace {

base::Error refuse(std::string message) { return fail(ErrorCode::unauthenticated, std::move(message)); }

Caller caller_of(Claims claims) {
  Caller caller;
  caller.tenant_id = std::move(claims.tenant_id);
  caller.app_id = std::move(claims.app_id);
  caller.roles = std::move(claims.roles);
  caller.scopes = std::move(claims.scopes);
  caller.token_id = std::move(claims.token_id);
  if (!claims.delegated) caller.service_principal_id = std::move(claims.object_id);
  if (claims.delegated) {
    caller.user_id = std::move(claims.object_id);
    caller.user_name = std::move(claims.user_name);
  }
  return caller;
}

// A user of our own, of whom the directory is asked at each request.
bool needs_user(const Caller& caller) { return caller.is_user() && caller.identity_provider.empty(); }

base::Status check_times(const VerifiedToken& verified, int64_t now) {
  if (now < verified.usable_from) return refuse("The access token is not valid yet.");
  if (now >= verified.usable_until) return refuse("The access token has expired.");
  return {};
}

}  // namespace

Authenticator::Authenticator(Identity identity, size_t cache_entries_max)
    : identity_(std::move(identity)), cache_(std::make_unique<TokenCache>(cache_entries_max)) {}

Authenticator::~Authenticator() = default;

namespace {

base::Result<std::string_view> bearer_token(const http::Request& request) {
  const size_t fields = request.headers.count("Authorization");
  if (fields == 0) return refuse("The request has no access token.");
  if (fields > 1) return refuse("The request has more than one field Authorization.");
  const std::string_view value = request.headers.get("Authorization");
  const size_t blank = value.find(' ');
  if (blank == value.npos || !http::equal_ignoring_case(value.substr(0, blank), "Bearer"))
    return refuse("The request's credentials are not a bearer token.");
  const size_t start = value.find_first_not_of(' ', blank);
  return start == value.npos ? std::string_view() : value.substr(start);
}

}  // namespace

base::Result<Caller> Authenticator::authenticate(const http::Request& request) {
  return verify(TRY(bearer_token(request)));
}

base::Result<Caller> Authenticator::verify(std::string_view token) {
  if (token.empty()) return refuse("The access token is empty.");
  const int64_t now = base::to_unix_seconds(identity_.clock.now());
  const Digest digest = sha256(token);
  if (const auto known = cache_->find(digest, now)) return look_up_user(*known);
  const auto verified = std::make_shared<const VerifiedToken>(TRY(prove(token, now)));
  cache_->insert(digest, verified);
  return look_up_user(*verified);
}

std::shared_ptr<const Caller> Authenticator::recall(const http::Request& request) {
  const auto token = bearer_token(request);
  if (!token || token->empty()) return nullptr;
  const auto known = cache_->find(sha256(*token), base::to_unix_seconds(identity_.clock.now()));
  if (!known) return nullptr;
  if (!needs_user(known->caller)) return {known, &known->caller};
  auto caller = look_up_user(*known);
  return caller ? std::make_shared<const Caller>(std::move(*caller)) : nullptr;
}

void Authenticator::accept(std::unique_ptr<OutsideProvider> provider) { providers_.push_back(std::move(provider)); }

base::Result<VerifiedToken> Authenticator::prove(std::string_view token, int64_t now) {
  const SignedClaims parsed = TRY(parse_signed(token));
  const std::string_view issuer = json::find_string(parsed.claims, "iss");
  for (const auto& provider : providers_)
    if (issuer == provider->issuer()) return prove_outside(*provider, parsed, now);
  return prove_own(parsed, now);
}

base::Result<VerifiedToken> Authenticator::prove_outside(OutsideProvider& provider, const SignedClaims& token,
                                                         int64_t now) {
  OutsideCaller outside = TRY(provider.verify(token));
  VerifiedToken verified{std::move(outside.caller), 0, outside.not_before - skew_seconds,
                         outside.expires + skew_seconds};
  TRY(check_times(verified, now));
  const auto tenant = TRY(identity_.directory.find_tenant(outside.tenant));
  if (!tenant) return refuse("The access token belongs to an unknown tenant.");
  verified.caller.tenant_id = tenant->id;
  return verified;
}

base::Result<VerifiedToken> Authenticator::prove_own(const SignedClaims& parsed, int64_t now) {
  Claims claims = TRY(read_claims(parsed.claims));
  if (claims.issuer != identity_.address.issuer(claims.tenant_id))
    return refuse("The access token comes from another issuer, which is not configured.");
  const auto key = TRY(identity_.keys.find(parsed.key_id));
  if (!key) return refuse("The access token is signed with an unknown key.");
  if (!key->verify(parsed.signed_part, parsed.signature)) return refuse("The access token's signature is wrong.");
  if (!identity_.address.is_audience(claims.audience)) return refuse("The access token is meant for another audience.");
  VerifiedToken verified{{}, claims.issued, claims.not_before - skew_seconds, claims.expires + skew_seconds};
  TRY(check_times(verified, now));
  const auto tenant = TRY(identity_.directory.find_tenant(claims.tenant_id));
  if (!tenant || tenant->id != claims.tenant_id) return refuse("The access token belongs to an unknown tenant.");
  verified.caller = caller_of(std::move(claims));
  return verified;
}

base::Result<Caller> Authenticator::look_up_user(const VerifiedToken& verified) const {
  Caller caller = verified.caller;
  if (!needs_user(caller)) return caller;
  auto user = TRY(identity_.users.find(caller.tenant_id, caller.user_id));
  if (!user || !user->enabled) return refuse("The user of the access token is unknown or disabled.");
  if (verified.issued < base::to_unix_seconds(user->sessions_valid_from))
    return refuse("The access token was revoked; the user has to sign in again.");
  caller.directory_roles = std::move(user->roles);
  return caller;
}

std::string www_authenticate(const http::Request& request, const base::Error& error) {
  std::string value = R"(Bearer realm="")";
  if (request.headers.count("Authorization") == 0) return value;
  value += R"(, error="invalid_token", error_description=")";
  for (const char c : error.message)
    if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\') value += c;
  return value += '"';
}

}  // namespace vedette::auth
