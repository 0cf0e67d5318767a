// OpenID Connect discovery (OpenID.Discovery, section 3), the keys it points to, and the instance discovery that MSAL
// starts with.
#include "refusal.h"
#include "vedette/auth/token_endpoint.h"
#include "vedette/json/value.h"

namespace vedette::auth {
namespace {

// Authorities that stand for whichever tenant the user belongs to.
bool is_any_tenant(std::string_view tenant) { return tenant == "common" || tenant == "organizations"; }

std::string_view host_of(std::string_view url) { return url.substr(url.find("://") + 3); }

json::Object configuration_document(const std::string& base, const std::string& issuer, const std::string& root) {
  return {{"token_endpoint", base + "/oauth2/v2.0/token"},
          {"token_endpoint_auth_methods_supported", json::Array{"client_secret_post", "client_secret_basic"}},
          {"jwks_uri", base + "/discovery/v2.0/keys"},
          {"subject_types_supported", json::Array{"pairwise"}},
          {"id_token_signing_alg_values_supported", json::Array{"RS256"}},
          {"grant_types_supported", json::Array{"client_credentials"}},
          {"response_types_supported", json::Array{}},
          {"scopes_supported", json::Array{root + "/.default", std::string(graph_url) + "/.default",
                                           std::string(graph_app_id) + "/.default"}},
          {"issuer", issuer},
          {"authorization_endpoint", base + "/oauth2/v2.0/authorize"},
          {"claims_supported", json::Array{"aud", "iss", "iat", "nbf", "exp", "appid", "oid", "sub", "tid", "roles"}}};
}

}  // namespace

http::Response TokenEndpoint::configuration(const http::Request& request, std::string_view tenant) {
  const std::string links = address_.link_root(request);
  std::string issuer = address_.issuer("{tenantid}");
  if (!is_any_tenant(tenant)) {
    const auto found = directory_.find_tenant(tenant);
    if (!found) return refuse(request, problem(found.error()));
    if (!*found) return refuse_tenant(request, tenant);
    issuer = address_.issuer((*found)->id);
    return json_response(200,
                         json::to_text(configuration_document(links + "/" + (*found)->id, issuer, address_.root())));
  }
  return json_response(
      200, json::to_text(configuration_document(links + "/" + std::string(tenant), issuer, address_.root())));
}

http::Response TokenEndpoint::signing_keys(const http::Request& request, std::string_view tenant) {
  const auto found = directory_.find_tenant(tenant);
  auto keys = keys_.jwks();
  if (!found) return refuse(request, problem(found.error()));
  if (!keys) return refuse(request, problem(keys.error()));
  if (!*found && !is_any_tenant(tenant)) return refuse_tenant(request, tenant);
  return json_response(200, std::move(*keys));
}

http::Response TokenEndpoint::instance(const http::Request& request) const {
  const std::string links = address_.link_root(request);
  const std::string host(host_of(links));
  const json::Object alias{
      {"preferred_network", host}, {"preferred_cache", host}, {"aliases", json::Array{json::Value(host)}}};
  return json_response(200, json::to_text(json::Object{
                                {"tenant_discovery_endpoint", links + "/common/v2.0/.well-known/openid-configuration"},
                                {"api-version", "1.1"},
                                {"metadata", json::Array{json::Value(alias)}}}));
}

}  // namespace vedette::auth
