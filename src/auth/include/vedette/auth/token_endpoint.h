// The OAuth 2.0 and OpenID endpoints that client libraries expect of an authority (RFC 6749, 7636, 8414, 8628; OpenID
// Connect Core and Discovery), shaped as Entra's:
//
//   POST /{tenant}/oauth2/v2.0/token       client_credentials, authorization_code (PKCE, S256), refresh_token,
//   device_code GET, POST /{tenant}/oauth2/v2.0/authorize   the page on which a user signs in POST
//   /{tenant}/oauth2/v2.0/devicecode  a device asks for its code GET, POST /{tenant}/oauth2/deviceauth  the page on
//   which a user lets it in the older forms without "v2.0", with resource= in place of scope= GET
//   /{tenant}[/v2.0]/.well-known/openid-configuration GET  /{tenant}/discovery[/v2.0]/keys GET
//   /{any}/discovery/instance
//
// {tenant} is an id or a name; `common` and `organizations` stand for the tenant of the application. No answer and no
// error says whether a client or a user exists, or holds a secret.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "vedette/auth/client_secret.h"
#include "vedette/auth/identity.h"
#include "vedette/auth/sign_in.h"
#include "vedette/base/error.h"
#include "vedette/base/places.h"
#include "vedette/http/message.h"

namespace vedette::auth {

class Authority;

inline constexpr size_t token_request_bytes_max = 64 * 1024;

// Threads: any.
class TokenEndpoint {
 public:
  // `sign_ins_max`: requests that may sign somebody in, at once; more are asked to come again.
  explicit TokenEndpoint(Identity identity, SecretCheckLimits limits = {}, int sign_ins_max = 24);
  ~TokenEndpoint();

  // Told why an answer is 500, which the answer does not say; told of each sign-in before it is answered. Called from
  // any thread; set before the first request.
  void set_on_problem(std::function<void(const base::Error&)> told);
  void set_on_sign_in(std::function<void(const SignIn&)> told);

  // nullopt when the path is none of the above.
  std::optional<http::Response> answer(const http::Request& request);

 private:
  const std::unique_ptr<Authority> authority_;
  base::Places sign_ins_;
};

}  // namespace vedette::auth
