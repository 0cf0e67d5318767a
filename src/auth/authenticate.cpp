#include "vedette/auth/authenticate.h"

#include "token_cache.h"
#include "vedette/auth/jwt.h"

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

}  // namespace

Authenticator::Authenticator(Identity identity, size_t cache_entries_max)
    : identity_(std::move(identity)), cache_(std::make_unique<TokenCache>(cache_entries_max)) {}

Authenticator::~Authenticator() = default;

base::Result<Caller> Authenticator::authenticate(const http::Request& request) {
  const size_t fields = request.headers.count("Authorization");
  if (fields == 0) return refuse("The request has no access token.");
  if (fields > 1) return refuse("The request has more than one field Authorization.");
  const std::string_view value = request.headers.get("Authorization");
  const size_t blank = value.find(' ');
  if (blank == value.npos || !http::equal_ignoring_case(value.substr(0, blank), "Bearer"))
    return refuse("The request's credentials are not a bearer token.");
  const size_t start = value.find_first_not_of(' ', blank);
  return verify(start == value.npos ? std::string_view() : value.substr(start));
}

base::Result<Caller> Authenticator::verify(std::string_view token) {
  if (token.empty()) return refuse("The access token is empty.");
  const int64_t now = base::to_unix_seconds(identity_.clock.now());
  const Digest digest = sha256(token);
  if (auto known = cache_->find(digest, now)) return look_up_user(std::move(*known));
  VerifiedToken verified = TRY(prove(token, now));
  cache_->insert(digest, verified);
  return look_up_user(std::move(verified));
}

base::Result<VerifiedToken> Authenticator::prove(std::string_view token, int64_t now) {
  ParsedToken parsed = TRY(parse_jwt(token));
  Claims& claims = parsed.claims;
  KeySource* const source = TRY(keys_of(claims.issuer, claims.tenant_id));
  const auto key = TRY(source->find(parsed.key_id));
  if (!key) return refuse("The access token is signed with an unknown key.");
  if (!key->verify(parsed.signed_part, parsed.signature)) return refuse("The access token's signature is wrong.");
  if (!identity_.address.is_audience(claims.audience)) return refuse("The access token is meant for another audience.");
  const int64_t usable_from = claims.not_before - skew_seconds, usable_until = claims.expires + skew_seconds;
  if (now < usable_from) return refuse("The access token is not valid yet.");
  if (now >= usable_until) return refuse("The access token has expired.");
  const auto tenant = TRY(identity_.directory.find_tenant(claims.tenant_id));
  if (!tenant || tenant->id != claims.tenant_id) return refuse("The access token belongs to an unknown tenant.");
  const int64_t issued = claims.issued;
  return VerifiedToken{caller_of(std::move(claims)), issued, usable_from, usable_until};
}

base::Result<Caller> Authenticator::look_up_user(VerifiedToken verified) const {
  Caller& caller = verified.caller;
  if (!caller.is_user()) return std::move(caller);
  auto user = TRY(identity_.users.find(caller.tenant_id, caller.user_id));
  if (!user || !user->enabled) return refuse("The user of the access token is unknown or disabled.");
  if (verified.issued < base::to_unix_seconds(user->sessions_valid_from))
    return refuse("The access token was revoked; the user has to sign in again.");
  caller.directory_roles = std::move(user->roles);
  return std::move(caller);
}

base::Result<KeySource*> Authenticator::keys_of(std::string_view issuer, std::string_view tenant_id) {
  if (issuer == identity_.address.issuer(tenant_id)) return &identity_.keys;
  return refuse("The access token comes from another issuer; outside OpenID providers are not supported yet.");
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
