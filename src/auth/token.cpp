#include "vedette/auth/token.h"

#include "digest.h"
#include "vedette/auth/jwt.h"
#include "vedette/auth/users.h"
#include "vedette/base/base64.h"
#include "vedette/json/value.h"

namespace vedette::auth {
namespace {

void add_permissions(json::Object& claims, const TokenSubject& subject) {
  if (subject.user) {
    std::string scopes;
    for (const std::string& scope : subject.user->scopes) scopes += (scopes.empty() ? "" : " ") + scope;
    claims["idtyp"] = "user";
    claims["upn"] = subject.user->name;
    claims["scp"] = scopes;
    json::Array roles;
    for (const std::string& role : subject.user->roles) roles.emplace_back(role_template_id(role));
    claims["wids"] = std::move(roles);
    return;
  }
  json::Array roles;
  for (const std::string& role : subject.application.roles) roles.emplace_back(role);
  claims["idtyp"] = "app";
  claims["roles"] = std::move(roles);
}

}  // namespace

base::Result<std::string> issue_token(const TokenSubject& subject, const ServerAddress& address, SigningKeys& keys,
                                      const base::Clock& clock) {
  const int64_t now = base::to_unix_seconds(clock.now());
  const std::string& object_id = subject.user ? subject.user->object_id : subject.application.object_id;
  json::Object claims{
      {"aud", subject.audience},
      {"iss", address.issuer(subject.tenant_id)},
      {"iat", now},
      {"nbf", now},
      {"exp", now + token_lifetime_seconds},
      {"app_displayname", subject.application.name},
      {"appid", subject.application.client_id},
      {"appidacr", subject.application.is_public ? "0" : "1"},  // whether the client proved itself with a secret
      {"oid", object_id},
      {"sub", object_id},
      {"tid", subject.tenant_id},
      {"uti", subject.token_id.empty() ? base::encode_base64url(random_bytes(16)) : subject.token_id},
      {"ver", "1.0"}};
  add_permissions(claims, subject);
  return sign_jwt(*TRY(keys.newest()), json::to_text(claims));
}

base::Result<std::string> issue_id_token(const TokenSubject& subject, std::string_view nonce,
                                         const ServerAddress& address, SigningKeys& keys, const base::Clock& clock) {
  const int64_t now = base::to_unix_seconds(clock.now());
  const SignedInUser& user = *subject.user;
  json::Object claims{{"aud", subject.application.client_id},
                      {"iss", address.issuer(subject.tenant_id)},
                      {"iat", now},
                      {"nbf", now},
                      {"exp", now + token_lifetime_seconds},
                      {"name", user.display_name},
                      {"oid", user.object_id},
                      {"preferred_username", user.name},
                      {"sub", user.object_id},
                      {"tid", subject.tenant_id},
                      {"uti", base::encode_base64url(random_bytes(16))},
                      {"ver", "2.0"}};
  if (!nonce.empty()) claims["nonce"] = nonce;
  return sign_jwt(*TRY(keys.newest()), json::to_text(claims));
}

}  // namespace vedette::auth
