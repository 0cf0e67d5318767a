// OpenID Connect discovery (OpenID.Discovery, section 3), the keys it points to, and the instance discovery that MSAL
// starts with.
#include "authority.h"
#include "vedette/json/value.h"

namespace vedette::auth {
namespace {

std::string_view host_of(std::string_view url) { return url.substr(url.find("://") + 3); }

json::Object configuration_document(const std::string& base, const std::string& issuer, const std::string& root,
                                    Version version) {
  const std::string oauth = base + (version == Version::v2 ? "/oauth2/v2.0/" : "/oauth2/");
  const std::string keys = base + (version == Version::v2 ? "/discovery/v2.0/keys" : "/discovery/keys");
  return {
      {"token_endpoint", oauth + "token"},
      {"token_endpoint_auth_methods_supported", json::Array{"client_secret_post", "client_secret_basic", "none"}},
      {"jwks_uri", keys},
      {"response_modes_supported", json::Array{"query", "fragment", "form_post"}},
      {"subject_types_supported", json::Array{"pairwise"}},
      {"id_token_signing_alg_values_supported", json::Array{"RS256"}},
      {"grant_types_supported", json::Array{"client_credentials", "authorization_code", "refresh_token",
                                            "urn:ietf:params:oauth:grant-type:device_code"}},
      {"response_types_supported", json::Array{"code"}},
      {"code_challenge_methods_supported", json::Array{"S256"}},
      {"scopes_supported", json::Array{"openid", "profile", "email", "offline_access", root + "/.default",
                                       std::string(graph_url) + "/.default", std::string(graph_app_id) + "/.default"}},
      {"issuer", issuer},
      {"authorization_endpoint", oauth + "authorize"},
      {"device_authorization_endpoint", oauth + "devicecode"},
      {"request_uri_parameter_supported", false},
      {"claims_supported", json::Array{"aud", "iss", "iat", "nbf", "exp", "appid", "oid", "sub", "tid", "roles", "scp",
                                       "wids", "name", "preferred_username", "nonce"}}};
}

}  // namespace

http::Response answer_configuration(Authority& authority, const http::Request& request, std::string_view name,
                                    Version version) {
  const ServerAddress& address = authority.identity.address;
  std::string tenant_id = is_any_tenant(name) ? std::string(name) : std::string(), issuer_id = "{tenantid}";
  if (tenant_id.empty()) {
    const auto tenant = authority.tenant_of(name, "");
    if (!tenant) return authority.refuse(request, tenant.error());
    tenant_id = issuer_id = tenant->id;
  }
  return json_response(200, json::to_text(configuration_document(address.link_root(request) + "/" + tenant_id,
                                                                 address.issuer(issuer_id), address.root(), version)));
}

http::Response answer_signing_keys(Authority& authority, const http::Request& request, std::string_view name) {
  if (!is_any_tenant(name))
    if (const auto tenant = authority.tenant_of(name, ""); !tenant) return authority.refuse(request, tenant.error());
  auto keys = authority.identity.keys.jwks();
  if (!keys) return authority.refuse(request, authority.problem(keys.error()));
  return json_response(200, std::move(*keys));
}

http::Response answer_instance(const Authority& authority, const http::Request& request) {
  const std::string links = authority.identity.address.link_root(request);
  const std::string host(host_of(links));
  const json::Object alias{
      {"preferred_network", host}, {"preferred_cache", host}, {"aliases", json::Array{json::Value(host)}}};
  return json_response(200, json::to_text(json::Object{
                                {"tenant_discovery_endpoint", links + "/common/v2.0/.well-known/openid-configuration"},
                                {"api-version", "1.1"},
                                {"metadata", json::Array{json::Value(alias)}}}));
}

}  // namespace vedette::auth
