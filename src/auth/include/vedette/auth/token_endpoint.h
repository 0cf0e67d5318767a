// The OAuth 2.0 and OpenID discovery endpoints that client libraries expect of an authority (RFC 6749, RFC 8414),
// shaped as Entra's:
//
//   POST /{tenant}/oauth2/v2.0/token     client credentials (section 4.4), scope=<resource>/.default
//   POST /{tenant}/oauth2/token          the older form, resource=<resource>
//   GET  /{tenant}[/v2.0]/.well-known/openid-configuration
//   GET  /{tenant}/discovery[/v2.0]/keys
//   GET  /{any}/discovery/instance
//   GET  /{tenant}/oauth2/v2.0/authorize refused by name: nobody signs in here yet
//
// {tenant} is an id or a name. No answer and no error says whether a client exists, or holds a secret.
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

#include "vedette/auth/client_secret.h"
#include "vedette/auth/directory.h"
#include "vedette/auth/server_address.h"
#include "vedette/auth/signing_keys.h"
#include "vedette/base/clock.h"
#include "vedette/base/error.h"
#include "vedette/http/message.h"

namespace vedette::auth {

class Form;
struct Refusal;

inline constexpr size_t token_request_bytes_max = 64 * 1024;

// Threads: any. What it is made of outlives it.
class TokenEndpoint {
 public:
  TokenEndpoint(ServerAddress address, Directory& directory, SigningKeys& keys, const base::Clock& clock,
                SecretCheckLimits limits = {})
      : address_(std::move(address)), directory_(directory), keys_(keys), clock_(clock), secrets_(limits) {}

  // Told why an answer is 500, which the answer does not say. Called from any thread; set before the first request.
  std::function<void(const base::Error&)> on_problem;

  // nullopt when the path is none of the above.
  std::optional<http::Response> answer(const http::Request& request);

 private:
  enum class Version : uint8_t { v1, v2 };

  http::Response token(const http::Request& request, std::string_view tenant, Version version);
  http::Response configuration(const http::Request& request, std::string_view tenant);
  http::Response signing_keys(const http::Request& request, std::string_view tenant);
  http::Response instance(const http::Request& request) const;
  http::Response refuse(const http::Request& request, const Refusal& refusal) const;
  http::Response refuse_tenant(const http::Request& request, std::string_view tenant) const;
  Refusal problem(const base::Error& error) const;
  // Fails with the reason why the client does not get a token.
  tl::expected<Application, Refusal> prove_client(const http::Request& request, const Form& form, const Tenant& tenant);

  const ServerAddress address_;
  Directory& directory_;
  SigningKeys& keys_;
  const base::Clock& clock_;
  SecretChecker secrets_;
};

}  // namespace vedette::auth
