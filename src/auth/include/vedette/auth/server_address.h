// Under which URL this installation is known: issuer of its tokens, audience among others, root of its links.
//
// What tokens name and are checked against is configured, never taken from a request: a forged Host changes neither
// `iss` nor `aud`. Links (the endpoints in discovery documents) lead back to where the client came from, so that
// discovery works under any name and port; they are not cached. Servers that share an entity store under several
// addresses need one public URL for their tokens to be each other's.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "vedette/http/message.h"

namespace vedette::auth {

struct ServerAddress {
  std::string public_url;  // of the configuration, "" when there is none; scheme and authority, no slash at the end
  std::string listen_url;  // "http://127.0.0.1:8080"

  // What tokens name. With a listening address such as 0.0.0.0 it is a name and no more. It does not depend on the
  // request, so that a token is good under every name of the server.
  const std::string& root() const { return public_url.empty() ? listen_url : public_url; }
  // What links in the answer to `request` start with: the public URL, else the request's scheme and Host.
  std::string link_root(const http::Request& request) const;

  // `iss` of a tenant's tokens: "<root>/<tenantId>/v2.0".
  std::string issuer(std::string_view tenant_id) const { return root() + "/" + std::string(tenant_id) + "/v2.0"; }
  // Graph's two names, and the root. A token's `aud` is one of them.
  bool is_audience(std::string_view audience) const;
  // The audience that a client means by `resource`: one of those, also with a slash at its end, or the server under the
  // name that the request used, whatever the scheme (a proxy may end TLS). nullopt for others.
  std::optional<std::string> audience_of(std::string_view resource, const http::Request& request) const;
};

inline constexpr std::string_view graph_url = "https://graph.microsoft.com";
inline constexpr std::string_view graph_app_id = "00000003-0000-0000-c000-000000000000";

}  // namespace vedette::auth
