#include "authority.h"

namespace vedette::auth {

using base::ErrorCode;
using tl::unexpected;

Refusal invalid_request(int code, std::string description) {
  return {400, "invalid_request", code, std::move(description)};
}

Refusal wrong_client() {
  return {401, "invalid_client", 7000215, "The client is unknown in this tenant, or its secret is wrong."};
}

bool is_any_tenant(std::string_view name) {
  return http::equal_ignoring_case(name, "common") || http::equal_ignoring_case(name, "organizations");
}

Refusal try_later(const base::Error& error) {
  Refusal refusal{429, "temporarily_unavailable", 50196, error.message};
  if (error.retry_after_s > 0) refusal.retry_after_s = error.retry_after_s;
  return refusal;
}

namespace {

bool is_form(const http::Request& request) {
  std::string_view type = request.headers.get("Content-Type");
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  return http::equal_ignoring_case(type, "application/x-www-form-urlencoded");
}

}  // namespace

tl::expected<Form, Refusal> read_form(const http::Request& request) {
  if (request.body.size() > token_request_bytes_max)
    return unexpected(invalid_request(
        900144, "The request body is larger than " + std::to_string(token_request_bytes_max) + " bytes."));
  if (!is_form(request))
    return unexpected(invalid_request(900144, "The request body must be application/x-www-form-urlencoded."));
  auto form = Form::parse(request.body);
  if (!form) return unexpected(invalid_request(900144, form.error().message));
  return std::move(*form);
}

Authority::Authority(Identity with, SecretCheckLimits limits)
    : identity(std::move(with)),
      application_secrets(identity.store, identity.clock),
      grants(identity.store, identity.clock),
      forms(identity.store),
      secrets_(limits),
      throttle_(identity.store, identity.clock) {}

tl::expected<Tenant, Refusal> Authority::tenant_of(std::string_view name, std::string_view client_id) {
  const bool any = is_any_tenant(name);
  auto tenant = any ? identity.directory.tenant_of_application(client_id) : identity.directory.find_tenant(name);
  if (!tenant) return unexpected(problem(tenant.error()));
  if (*tenant) return std::move(**tenant);
  if (any) return unexpected(wrong_client());
  const std::string shown = name.size() <= 64 ? " '" + std::string(name) + "'" : "";
  return unexpected(invalid_request(90002, "Tenant" + shown + " not found."));
}

tl::expected<Application, Refusal> Authority::prove_client(const http::Request& request, const Form& form,
                                                           const Tenant& tenant) {
  const auto credentials = read_credentials(request, form);
  if (!credentials && credentials.error().code == ErrorCode::unauthenticated)
    return unexpected(Refusal{401, "invalid_client", 7000218, credentials.error().message});
  if (!credentials) return unexpected(invalid_request(900144, credentials.error().message));
  auto application = identity.directory.find_application(tenant.id, credentials->client_id);
  const auto secret = application_secrets.candidate(tenant.id, credentials->client_id, credentials->client_secret);
  if (!application) return unexpected(problem(application.error()));
  if (!secret) return unexpected(problem(secret.error()));
  const auto right = secrets_.check(credentials->client_secret, *secret ? (*secret)->hash : "");
  if (!right && right.error().code == ErrorCode::too_many_requests) return unexpected(try_later(right.error()));
  if (!right) return unexpected(problem(right.error()));
  if (!*right || !*application) return unexpected(wrong_client());
  if ((*secret)->expires && *(*secret)->expires <= identity.clock.now())
    return unexpected(Refusal{401, "invalid_client", 7000222, "The client secret has expired."});
  return std::move(**application);
}

tl::expected<Application, Refusal> Authority::identify_client(const http::Request& request, const Form& form,
                                                              const Tenant& tenant) {
  const std::string* const id = form.find("client_id");
  if (!id || form.find("client_secret") || request.headers.count("Authorization") > 0 || form.find("client_assertion"))
    return prove_client(request, form, tenant);
  auto application = identity.directory.find_application(tenant.id, *id);
  if (!application) return unexpected(problem(application.error()));
  if (!*application) return unexpected(wrong_client());
  if (!(*application)->is_public) return prove_client(request, form, tenant);
  return std::move(**application);
}

tl::expected<User, Refusal> Authority::prove_user(const http::Request& request, const Tenant& tenant,
                                                  std::string_view name, std::string_view password) {
  const auto counted = throttle_.begin(tenant.id, name, request.peer_address);
  if (!counted && counted.error().code == ErrorCode::too_many_requests) {
    Refusal locked = try_later(counted.error());
    locked.code = 50053;
    return unexpected(std::move(locked));
  }
  if (!counted) return unexpected(problem(counted.error()));
  auto user = identity.users.find_by_name(tenant.id, name);
  if (!user) return unexpected(problem(user.error()));
  const auto hash = identity.users.password_hash(tenant.id, *user ? (*user)->id : "");
  if (!hash) return unexpected(problem(hash.error()));
  const auto right = secrets_.check(password, *hash);
  if (!right && right.error().code == ErrorCode::too_many_requests) return unexpected(try_later(right.error()));
  if (!right) return unexpected(problem(right.error()));
  if (!*right || !*user) return unexpected(Refusal{403, "invalid_grant", 50126, "The user name or password is wrong."});
  if (const auto done = throttle_.succeeded(tenant.id, name, request.peer_address); !done)
    return unexpected(problem(done.error()));
  if (!(*user)->enabled) return unexpected(Refusal{403, "invalid_grant", 50057, "The user account is disabled."});
  return std::move(**user);
}

tl::expected<User, Refusal> Authority::sign_in(const http::Request& request, const Tenant& tenant, const Form& form,
                                               const Grant& asked) {
  const std::string name = form.text("username");
  SignIn told{request, tenant.id, "password", asked.client_id};
  told.scopes = asked.scopes;
  if (const auto application = identity.directory.find_application(tenant.id, asked.client_id);
      application && *application)
    told.service_principal_id = (*application)->object_id;
  auto user = prove_user(request, tenant, name, form.text("password"));
  if (user) {
    told.user_id = user->id;
  } else {
    if (const auto known = identity.users.find_by_name(tenant.id, name); known && *known) told.user_id = (*known)->id;
    told.status = user.error().status, told.error = user.error().error, told.error_code = user.error().code;
  }
  tell(told);
  return user;
}

Refusal Authority::problem(const base::Error& error) const {
  if (on_problem) on_problem(error);
  return {500, "server_error", 90033, "The request could not be served."};
}

http::Response Authority::refuse(const http::Request& request, const Refusal& refusal) const {
  return refusal_response(request, refusal, identity.clock.now());
}

void Authority::tell(const SignIn& sign_in) const {
  if (on_sign_in) on_sign_in(sign_in);
}

bool Authority::is_secure(const http::Request& request) const {
  return request.tls || identity.address.public_url.starts_with("https://");
}

}  // namespace vedette::auth
