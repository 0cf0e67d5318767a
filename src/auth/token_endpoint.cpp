#include "vedette/auth/token_endpoint.h"

#include "authority.h"
#include "vedette/http/percent.h"

namespace vedette::auth {
namespace {

enum class Takes : uint8_t { reads, forms, both };

struct Place {
  std::string_view path;  // below the tenant
  Takes takes;
  http::Response (*answer)(Authority&, const http::Request&, std::string_view tenant);
};

constexpr Place places[] = {
    {"oauth2/v2.0/token", Takes::forms,
     [](auto& a, auto& request, auto tenant) { return answer_token(a, request, tenant, Version::v2); }},
    {"oauth2/token", Takes::forms,
     [](auto& a, auto& request, auto tenant) { return answer_token(a, request, tenant, Version::v1); }},
    {"oauth2/v2.0/authorize", Takes::both,
     [](auto& a, auto& request, auto tenant) { return answer_authorize(a, request, tenant, Version::v2); }},
    {"oauth2/authorize", Takes::both,
     [](auto& a, auto& request, auto tenant) { return answer_authorize(a, request, tenant, Version::v1); }},
    {"oauth2/v2.0/devicecode", Takes::forms,
     [](auto& a, auto& request, auto tenant) { return answer_device_code(a, request, tenant, Version::v2); }},
    {"oauth2/devicecode", Takes::forms,
     [](auto& a, auto& request, auto tenant) { return answer_device_code(a, request, tenant, Version::v1); }},
    {"oauth2/deviceauth", Takes::both, answer_device_page},
    {"v2.0/.well-known/openid-configuration", Takes::reads,
     [](auto& a, auto& request, auto tenant) { return answer_configuration(a, request, tenant, Version::v2); }},
    {".well-known/openid-configuration", Takes::reads,
     [](auto& a, auto& request, auto tenant) { return answer_configuration(a, request, tenant, Version::v1); }},
    {"discovery/v2.0/keys", Takes::reads, answer_signing_keys},
    {"discovery/keys", Takes::reads, answer_signing_keys},
    {"discovery/instance", Takes::reads, [](auto& a, auto& request, auto) { return answer_instance(a, request); }},
};

// Some clients send the form as the body of a GET. Nothing is ever read from the query of a token request, where
// secrets would be logged.
bool takes(Takes what, const http::Request& request) {
  const std::string& method = request.method;
  switch (what) {
    case Takes::reads:
      return method == "GET" || method == "HEAD";
    case Takes::forms:
      return method == "POST" || method == "GET";
    case Takes::both:
      return method == "GET" || method == "HEAD" || method == "POST";
  }
  return false;
}

http::Response wrong_method(const Authority& authority, const http::Request& request, Takes what) {
  const std::string allowed = what == Takes::reads ? "GET, HEAD" : what == Takes::forms ? "POST" : "GET, HEAD, POST";
  auto response = authority.refuse(
      request, {405, "invalid_request", 900561, "The endpoint only accepts " + allowed + " requests."});
  response.headers.add("Allow", allowed);
  return response;
}

}  // namespace

TokenEndpoint::TokenEndpoint(Identity identity, SecretCheckLimits limits, int sign_ins_max)
    : authority_(std::make_unique<Authority>(std::move(identity), limits)),
      sign_ins_(sign_ins_max, "sign-ins are under way") {}

TokenEndpoint::~TokenEndpoint() = default;

void TokenEndpoint::set_on_problem(std::function<void(const base::Error&)> told) {
  authority_->on_problem = std::move(told);
}

void TokenEndpoint::set_on_sign_in(std::function<void(const SignIn&)> told) {
  authority_->on_sign_in = std::move(told);
}

std::optional<http::Response> TokenEndpoint::answer(const http::Request& request) {
  const std::string_view path = request.split_target().path;
  const size_t end = path.find('/', 1);
  if (end == path.npos || end == 1) return std::nullopt;
  const std::string tenant = http::percent_decode(path.substr(1, end - 1), http::Plus::literal).value_or("");
  for (const Place& place : places) {
    if (!http::equal_ignoring_case(path.substr(end + 1), place.path)) continue;
    if (!takes(place.takes, request)) return wrong_method(*authority_, request, place.takes);
    if (place.takes == Takes::reads || request.body.empty()) return place.answer(*authority_, request, tenant);
    const auto held = sign_ins_.take();
    return held ? place.answer(*authority_, request, tenant) : authority_->refuse(request, try_later(held.error()));
  }
  return std::nullopt;
}

}  // namespace vedette::auth
