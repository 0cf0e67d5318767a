#include "vedette/auth/token_endpoint.h"

#include "refusal.h"
#include "token_request.h"
#include "vedette/auth/token.h"
#include "vedette/json/value.h"

namespace vedette::auth {
namespace {

using base::ErrorCode;
using tl::unexpected;

Refusal invalid_request(int code, std::string description) {
  return {400, "invalid_request", code, std::move(description)};
}

// One text for a client that does not exist, lives in another tenant or sent a wrong secret.
Refusal wrong_client() {
  return {401, "invalid_client", 7000215, "The client is unknown in this tenant, or its secret is wrong."};
}

bool is_form(const http::Request& request) {
  std::string_view type = request.headers.get("Content-Type");
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  return http::equal_ignoring_case(type, "application/x-www-form-urlencoded");
}

tl::expected<Form, Refusal> read_form(const http::Request& request) {
  if (request.body.size() > token_request_bytes_max)
    return unexpected(invalid_request(
        900144, "The request body is larger than " + std::to_string(token_request_bytes_max) + " bytes."));
  if (!is_form(request))
    return unexpected(invalid_request(900144, "The request body must be application/x-www-form-urlencoded."));
  auto form = Form::parse(request.body);
  if (!form) return unexpected(invalid_request(900144, form.error().message));
  const std::string* const type = form->find("grant_type");
  if (!type) return unexpected(invalid_request(900144, "The request body must contain the parameter 'grant_type'."));
  if (*type != "client_credentials")
    return unexpected(
        Refusal{400, "unsupported_grant_type", 70003, "The only supported grant type is 'client_credentials'."});
  return std::move(*form);
}

// The audience that the request asks for: `scope` of v2.0, `resource` of the older form.
tl::expected<std::string, Refusal> read_audience(const http::Request& request, const Form& form,
                                                 const ServerAddress& address, std::string_view parameter) {
  const std::string* const value = form.find(parameter);
  if (!value)
    return unexpected(
        invalid_request(900144, "The request body must contain the parameter '" + std::string(parameter) + "'."));
  std::string_view resource = *value;
  if (parameter == "scope") {
    constexpr std::string_view suffix = "/.default";
    if (!resource.ends_with(suffix) || resource.find(' ') != resource.npos)
      return unexpected(Refusal{400, "invalid_scope", 1002012, "The scope must be one resource and '/.default'."});
    resource.remove_suffix(suffix.size());
  }
  auto audience = address.audience_of(resource, request);
  if (audience) return std::move(*audience);
  if (parameter == "scope") return unexpected(Refusal{400, "invalid_scope", 70011, "The scope's resource is unknown."});
  return unexpected(Refusal{400, "invalid_resource", 500011, "The resource is unknown."});
}

json::Object token_answer(std::string token) {
  return {{"token_type", "Bearer"},
          {"expires_in", token_lifetime_seconds},
          {"ext_expires_in", token_lifetime_seconds},
          {"access_token", std::move(token)}};
}

// In the older form numbers are text.
json::Object token_answer_v1(std::string token, const std::string& resource, base::DateTime now) {
  const std::string lifetime = std::to_string(token_lifetime_seconds);
  const int64_t start = base::to_unix_seconds(now);
  return {{"token_type", "Bearer"},
          {"expires_in", lifetime},
          {"ext_expires_in", lifetime},
          {"expires_on", std::to_string(start + token_lifetime_seconds)},
          {"not_before", std::to_string(start)},
          {"resource", resource},
          {"access_token", std::move(token)}};
}

}  // namespace

tl::expected<Application, Refusal> TokenEndpoint::prove_client(const http::Request& request, const Form& form,
                                                               const Tenant& tenant) {
  const auto credentials = read_credentials(request, form);
  if (!credentials && credentials.error().code == ErrorCode::unauthenticated)
    return unexpected(Refusal{401, "invalid_client", 7000218, credentials.error().message});
  if (!credentials) return unexpected(invalid_request(900144, credentials.error().message));
  auto application = directory_.find_application(tenant.id, credentials->client_id);
  const auto hash = directory_.secret_hash(tenant.id, credentials->client_id);
  if (!application) return unexpected(problem(application.error()));
  if (!hash) return unexpected(problem(hash.error()));
  const auto right = secrets_.check(credentials->client_secret, *hash);
  if (!right && right.error().code == ErrorCode::too_many_requests)
    return unexpected(Refusal{429, "temporarily_unavailable", 50196, right.error().message});
  if (!right) return unexpected(problem(right.error()));
  if (!*right || !*application) return unexpected(wrong_client());
  return std::move(**application);
}

http::Response TokenEndpoint::token(const http::Request& request, std::string_view name, Version version) {
  const auto tenant = directory_.find_tenant(name);
  if (!tenant) return refuse(request, problem(tenant.error()));
  if (!*tenant) return refuse_tenant(request, name);
  const auto form = read_form(request);
  if (!form) return refuse(request, form.error());
  const auto audience = read_audience(request, *form, address_, version == Version::v2 ? "scope" : "resource");
  if (!audience) return refuse(request, audience.error());
  const auto application = prove_client(request, *form, **tenant);
  if (!application) return refuse(request, application.error());
  auto token = issue_token({(*tenant)->id, *application, *audience, std::nullopt}, address_, keys_, clock_);
  if (!token) return refuse(request, problem(token.error()));
  return json_response(
      200, json::to_text(version == Version::v2 ? token_answer(std::move(*token))
                                                : token_answer_v1(std::move(*token), *audience, clock_.now())));
}

Refusal TokenEndpoint::problem(const base::Error& error) const {
  if (on_problem) on_problem(error);
  return {500, "server_error", 90033, "The request could not be served."};
}

http::Response TokenEndpoint::refuse(const http::Request& request, const Refusal& refusal) const {
  return refusal_response(request, refusal, clock_.now());
}

http::Response TokenEndpoint::refuse_tenant(const http::Request& request, std::string_view tenant) const {
  const std::string shown = tenant.size() <= 64 ? " '" + std::string(tenant) + "'" : "";
  return refuse(request, invalid_request(90002, "Tenant" + shown + " not found."));
}

std::optional<http::Response> TokenEndpoint::answer(const http::Request& request) {
  const std::string_view path = request.split_target().path;
  const size_t end = path.find('/', 1);
  if (end == path.npos || end == 1) return std::nullopt;
  const std::string_view rest = path.substr(end + 1);
  const std::string tenant = decode_percent(path.substr(1, end - 1)).value_or("");
  const auto is = [rest](std::string_view name) { return http::equal_ignoring_case(rest, name); };
  const bool reads = request.method == "GET" || request.method == "HEAD";
  const auto only_reads = [&](auto&& respond) -> http::Response {
    if (reads) return respond();
    auto response = refuse(request, {405, "invalid_request", 900561, "The endpoint only accepts GET requests."});
    response.headers.add("Allow", "GET, HEAD");
    return response;
  };
  if (is("oauth2/v2.0/token") || is("oauth2/token")) {
    // Some clients send the form as the body of a GET. Nothing is ever read from the query, where secrets would be
    // logged.
    if (request.method == "POST" || request.method == "GET")
      return token(request, tenant, is("oauth2/token") ? Version::v1 : Version::v2);
    auto response = refuse(request, {405, "invalid_request", 900561, "The endpoint only accepts POST requests."});
    response.headers.add("Allow", "POST");
    return response;
  }
  if (is("v2.0/.well-known/openid-configuration") || is(".well-known/openid-configuration"))
    return only_reads([&] { return configuration(request, tenant); });
  if (is("discovery/v2.0/keys") || is("discovery/keys"))
    return only_reads([&] { return signing_keys(request, tenant); });
  if (is("discovery/instance")) return only_reads([&] { return instance(request); });
  if (is("oauth2/v2.0/authorize") || is("oauth2/authorize"))
    return refuse(request, {400, "unsupported_response_type", 700054, "Signing in users is not supported yet."});
  return std::nullopt;
}

}  // namespace vedette::auth
