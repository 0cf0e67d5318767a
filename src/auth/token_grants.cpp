// The token endpoint: the grants, from a form to tokens.
#include <algorithm>

#include "authority.h"
#include "digest.h"
#include "grant_refusals.h"
#include "requested_access.h"
#include "vedette/auth/token.h"
#include "vedette/base/base64.h"
#include "vedette/json/value.h"

namespace vedette::auth {
namespace {

using tl::unexpected;

constexpr std::string_view device_grant = "urn:ietf:params:oauth:grant-type:device_code";

// One token request on its way.
struct Asked {
  Authority& authority;
  const http::Request& request;
  const Form& form;
  const Tenant& tenant;
  Version version;
  SignIn& sign_in;

  std::string text(std::string_view name) const { return form.text(name); }
};

struct Tokens {
  std::string access_token, refresh_token, id_token;
  std::string audience, scope;
};

using Answered = tl::expected<Tokens, Refusal>;

Refusal missing(std::string_view parameter) {
  return invalid_request(900144, "The request body must contain the parameter '" + std::string(parameter) + "'.");
}

tl::expected<RequestedAccess, Refusal> read_access(const Asked& asked) {
  if (asked.version == Version::v1)
    return parse_resource(asked.text("resource"), asked.request, asked.authority.identity.address);
  return parse_scope(asked.text("scope"), asked.request, asked.authority.identity.address);
}

Answered run_client_credentials(const Asked& asked) {
  const std::string_view parameter = asked.version == Version::v2 ? "scope" : "resource";
  if (!asked.form.find(parameter)) return unexpected(missing(parameter));
  const auto access = read_access(asked);
  if (!access) return unexpected(access.error());
  const bool plain = access->scopes.empty() && !access->offline && access->openid_scopes.empty();
  if (asked.version == Version::v2 && (!access->all || !plain))
    return unexpected(Refusal{400, "invalid_scope", 1002012, "The scope must be one resource and '/.default'."});
  const auto application = asked.authority.prove_client(asked.request, asked.form, asked.tenant);
  if (!application) return unexpected(application.error());
  asked.sign_in.service_principal_id = application->object_id;
  const Identity& identity = asked.authority.identity;
  auto token = issue_token({asked.tenant.id, *application, access->audience, std::nullopt, asked.sign_in.token_id},
                           identity.address, identity.keys, identity.clock);
  if (!token) return unexpected(asked.authority.problem(token.error()));
  return Tokens{std::move(*token), {}, {}, access->audience, {}};
}

// What a user's grant still is: the user may have been disabled, and the application may have lost permissions.
tl::expected<User, Refusal> user_of(const Asked& asked, const Grant& grant) {
  asked.sign_in.user_id = grant.user_id;
  auto user = asked.authority.identity.users.find(asked.tenant.id, grant.user_id);
  if (!user) return unexpected(asked.authority.problem(user.error()));
  if (!*user || !(*user)->enabled) return unexpected(invalid_grant(50057, "The user account is disabled."));
  if (grant.created < (*user)->sessions_valid_from)
    return unexpected(invalid_grant(50173, "The grant was revoked; the user has to sign in again."));
  return std::move(**user);
}

// What is to be issued.
struct Decision {
  User user;
  std::vector<std::string> scopes;
  RequestedAccess access;
};

tl::expected<Decision, Refusal> decide(const Asked& asked, const Application& application, const Grant& grant,
                                       tl::expected<RequestedAccess, Refusal> access) {
  if (!access) return unexpected(access.error());
  auto user = user_of(asked, grant);
  if (!user) return unexpected(user.error());
  std::vector<std::string> allowed;
  for (const std::string& scope : grant.scopes)
    if (std::find(application.scopes.begin(), application.scopes.end(), scope) != application.scopes.end())
      allowed.push_back(scope);
  auto granted = grant_scopes(*access, allowed);
  if (!granted) return unexpected(granted.error());
  return Decision{std::move(*user), std::move(*granted), std::move(*access)};
}

Answered issue(const Asked& asked, const Application& application, const Grant& grant, const Decision& decision,
               std::string refresh_token) {
  asked.sign_in.scopes = decision.scopes;
  const Identity& identity = asked.authority.identity;
  const User& user = decision.user;
  const SignedInUser signed_in{user.id, user.name, decision.scopes, user.display_name, user.roles};
  const std::string& audience = decision.access.audience;
  const TokenSubject subject{asked.tenant.id, application, audience, signed_in, asked.sign_in.token_id};
  auto token = issue_token(subject, identity.address, identity.keys, identity.clock);
  if (!token) return unexpected(asked.authority.problem(token.error()));
  Tokens tokens{
      std::move(*token), std::move(refresh_token), {}, audience, scope_text(decision.access, decision.scopes)};
  if (grant.openid) {
    auto id_token = issue_id_token(subject, grant.nonce, identity.address, identity.keys, identity.clock);
    if (!id_token) return unexpected(asked.authority.problem(id_token.error()));
    tokens.id_token = std::move(*id_token);
  }
  return tokens;
}

Answered decide_and_issue(const Asked& asked, const Application& application, const Grant& grant,
                          tl::expected<RequestedAccess, Refusal> access, std::string refresh_token) {
  const auto decision = decide(asked, application, grant, std::move(access));
  if (!decision) return unexpected(decision.error());
  return issue(asked, application, grant, *decision, std::move(refresh_token));
}

// What the answer is about when the request does not say: what was granted.
RequestedAccess access_of(const Grant& grant) {
  RequestedAccess access;
  access.audience = grant.audience;
  access.scopes = grant.scopes;
  if (grant.openid) access.openid_scopes = {"openid", "profile"};
  return access;
}

tl::expected<RequestedAccess, Refusal> access_for(const Asked& asked, const Grant& grant) {
  if (!asked.form.find(asked.version == Version::v2 ? "scope" : "resource")) return access_of(grant);
  auto access = read_access(asked);
  // Only OpenID's scopes: those of the grant come with them.
  if (access && access->scopes.empty() && !access->all) access->scopes = grant.scopes;
  return access;
}

Answered run_authorization_code(const Asked& asked) {
  for (const std::string_view parameter : {"code", "redirect_uri"})
    if (!asked.form.find(parameter)) return unexpected(missing(parameter));
  const auto application = asked.authority.identify_client(asked.request, asked.form, asked.tenant);
  if (!application) return unexpected(application.error());
  asked.sign_in.service_principal_id = application->object_id;
  const std::string redirect_uri = asked.text("redirect_uri"), verifier = asked.text("code_verifier");
  auto redeemed = asked.authority.grants.redeem_code(asked.tenant.id, asked.text("code"),
                                                     {application->client_id, redirect_uri, verifier});
  if (!redeemed) return unexpected(asked.authority.problem(redeemed.error()));
  if (!*redeemed) return unexpected(refusal_of(redeemed->error()));
  const Grant& grant = (*redeemed)->grant;
  return decide_and_issue(asked, *application, grant, access_for(asked, grant), (*redeemed)->refresh_token);
}

Answered run_refresh_token(const Asked& asked) {
  if (!asked.form.find("refresh_token")) return unexpected(missing("refresh_token"));
  const auto application = asked.authority.identify_client(asked.request, asked.form, asked.tenant);
  if (!application) return unexpected(application.error());
  asked.sign_in.service_principal_id = application->object_id;
  Grant grant;
  tl::expected<Decision, Refusal> decision;
  const auto accepts = [&](const Grant& stored) {
    grant = stored;
    decision = decide(asked, *application, stored, access_for(asked, stored));
    return decision.has_value();
  };
  auto rotated =
      asked.authority.grants.rotate(asked.tenant.id, asked.text("refresh_token"), application->client_id, accepts);
  if (!rotated) return unexpected(asked.authority.problem(rotated.error()));
  if (!*rotated) return unexpected(refusal_of(rotated->error()));
  if (!decision) return unexpected(decision.error());
  return issue(asked, *application, grant, *decision, std::move((*rotated)->refresh_token));
}

Answered run_device_code(const Asked& asked) {
  const std::string_view parameter = asked.form.find("device_code") ? "device_code" : "code";
  if (!asked.form.find(parameter)) return unexpected(missing("device_code"));
  const auto application = asked.authority.identify_client(asked.request, asked.form, asked.tenant);
  if (!application) return unexpected(application.error());
  asked.sign_in.service_principal_id = application->object_id;
  auto grant = asked.authority.grants.poll_device(asked.tenant.id, asked.text(parameter), application->client_id);
  if (!grant) return unexpected(asked.authority.problem(grant.error()));
  if (!*grant) return unexpected(device_refusal_of(grant->error()));
  std::string refresh_token;
  if ((*grant)->offline) {
    auto issued = asked.authority.grants.issue_refresh_token(asked.tenant.id, **grant);
    if (!issued) return unexpected(asked.authority.problem(issued.error()));
    refresh_token = std::move(*issued);
  }
  return decide_and_issue(asked, *application, **grant, access_of(**grant), std::move(refresh_token));
}

struct GrantType {
  std::string_view name, method;  // in requests, and in the audit log
  Answered (*run)(const Asked&);
};

constexpr GrantType grant_types[] = {
    {"client_credentials", "client_credentials", run_client_credentials},
    {"authorization_code", "authorization_code", run_authorization_code},
    {"refresh_token", "refresh_token", run_refresh_token},
    {device_grant, "device_code", run_device_code},
    {"device_code", "device_code", run_device_code},
};

json::Object body_of(const Asked& asked, Tokens tokens) {
  json::Object body{{"token_type", "Bearer"}};
  if (!tokens.scope.empty()) body["scope"] = tokens.scope;
  if (asked.version == Version::v2) {
    body["expires_in"] = token_lifetime_seconds;
    body["ext_expires_in"] = token_lifetime_seconds;
  } else {  // numbers are texts there
    const int64_t now = base::to_unix_seconds(asked.authority.identity.clock.now());
    body["expires_in"] = std::to_string(token_lifetime_seconds);
    body["ext_expires_in"] = std::to_string(token_lifetime_seconds);
    body["expires_on"] = std::to_string(now + token_lifetime_seconds);
    body["not_before"] = std::to_string(now);
    body["resource"] = tokens.audience;
  }
  body["access_token"] = std::move(tokens.access_token);
  if (!tokens.refresh_token.empty()) body["refresh_token"] = std::move(tokens.refresh_token);
  if (!tokens.id_token.empty()) body["id_token"] = std::move(tokens.id_token);
  if (!asked.sign_in.user_id.empty()) {
    const json::Object info{{"uid", asked.sign_in.user_id}, {"utid", asked.tenant.id}};
    body["client_info"] = base::encode_base64url(json::to_text(info));
  }
  return body;
}

// The id is one only if it is a client's: what else was sent there could be a secret.
std::string client_id_of(const http::Request& request, const Form& form, const Directory& directory,
                         const Tenant& tenant) {
  const auto credentials = read_credentials(request, form);
  const std::string* const id = form.find("client_id");
  const auto application = directory.find_application(tenant.id, credentials ? credentials->client_id
                                                                 : id        ? *id
                                                                             : std::string());
  return application && *application ? (*application)->client_id : std::string();
}

}  // namespace

http::Response answer_token(Authority& authority, const http::Request& request, std::string_view tenant_name,
                            Version version) {
  const auto form = read_form(request);
  const std::string* const client = form ? form->find("client_id") : nullptr;
  const auto tenant = authority.tenant_of(tenant_name, client ? std::string_view(*client) : "");
  if (!tenant) return authority.refuse(request, tenant.error());
  if (!form) return authority.refuse(request, form.error());
  const std::string* const name = form->find("grant_type");
  if (!name) return authority.refuse(request, missing("grant_type"));
  const auto* const type = std::find_if(std::begin(grant_types), std::end(grant_types),
                                        [&](const GrantType& known) { return known.name == *name; });
  if (type == std::end(grant_types))
    return authority.refuse(request, {400, "unsupported_grant_type", 70003,
                                      "The grant type is not supported; client_credentials, authorization_code, "
                                      "refresh_token and device_code are."});
  SignIn sign_in{request, tenant->id, std::string(type->method),
                 client_id_of(request, *form, authority.identity.directory, *tenant)};
  sign_in.token_id = base::encode_base64url(random_bytes(16));
  const Asked asked{authority, request, *form, *tenant, version, sign_in};
  auto tokens = type->run(asked);
  if (tokens) {
    authority.tell(sign_in);
    return json_response(200, json::to_text(body_of(asked, std::move(*tokens))));
  }
  sign_in.token_id.clear();
  sign_in.status = tokens.error().status;
  sign_in.error = tokens.error().error;
  sign_in.error_code = tokens.error().code;
  // A device that asks whether its user has decided signs nobody in.
  if (tokens.error().code != refusal_of(Unusable::pending).code) authority.tell(sign_in);
  Refusal refusal = std::move(tokens).error();
  if (refusal.error == "invalid_grant" && type->method == "refresh_token") refusal.suberror = "bad_token";
  return authority.refuse(request, refusal);
}

}  // namespace vedette::auth
