// What the endpoints of an authority share: the directory, what proves clients and users, and how they answer. Each
// endpoint is a function in a file of its own; token_endpoint.cpp knows their paths.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "forms.h"
#include "grants.h"
#include "refusal.h"
#include "sign_in_throttle.h"
#include "token_request.h"
#include "vedette/auth/application_secrets.h"
#include "vedette/auth/client_secret.h"
#include "vedette/auth/directory.h"
#include "vedette/auth/identity.h"
#include "vedette/auth/sign_in.h"
#include "vedette/auth/token_endpoint.h"

namespace vedette::auth {

enum class Version : uint8_t { v1, v2 };

class Authority {
 public:
  Authority(Identity identity, SecretCheckLimits limits);

  // An authority's tenant, by id or name; `common` and `organizations` stand for the tenant of the application.
  tl::expected<Tenant, Refusal> tenant_of(std::string_view name, std::string_view client_id);

  // Fails with the reason why the client does not get a token.
  tl::expected<Application, Refusal> prove_client(const http::Request& request, const Form& form, const Tenant& tenant);
  // As prove_client; a public client proves nothing.
  tl::expected<Application, Refusal> identify_client(const http::Request& request, const Form& form,
                                                     const Tenant& tenant);
  // By the name and password of a page's form, for what is asked for; held back by the throttle, and told.
  tl::expected<User, Refusal> sign_in(const http::Request& request, const Tenant& tenant, const Form& form,
                                      const Grant& asked);

  // Why a 500 is one, which its answer does not say.
  Refusal problem(const base::Error& error) const;
  http::Response refuse(const http::Request& request, const Refusal& refusal) const;
  void tell(const SignIn& sign_in) const;
  // Whether browsers come by TLS, here or at a proxy in front.
  bool is_secure(const http::Request& request) const;

  const Identity identity;
  ApplicationSecrets application_secrets;
  Grants grants;
  FormGuard forms;
  std::function<void(const base::Error&)> on_problem;
  std::function<void(const SignIn&)> on_sign_in;

 private:
  tl::expected<User, Refusal> prove_user(const http::Request& request, const Tenant& tenant, std::string_view name,
                                         std::string_view password);

  SecretChecker secrets_;
  SignInThrottle throttle_;
};

Refusal invalid_request(int code, std::string description);
// One text for a client that does not exist, lives in another tenant or sent a wrong secret.
Refusal wrong_client();

// Of too_many_requests.
Refusal try_later(const base::Error& error);

bool is_any_tenant(std::string_view name);

// POST …/token
http::Response answer_token(Authority& authority, const http::Request& request, std::string_view tenant,
                            Version version);
// GET and POST …/authorize: the page on which a user signs in, and what it is answered with.
http::Response answer_authorize(Authority& authority, const http::Request& request, std::string_view tenant,
                                Version version);
// POST …/devicecode
http::Response answer_device_code(Authority& authority, const http::Request& request, std::string_view tenant,
                                  Version version);
// GET and POST …/deviceauth: the page on which a user lets a device in.
http::Response answer_device_page(Authority& authority, const http::Request& request, std::string_view tenant);

http::Response answer_configuration(Authority& authority, const http::Request& request, std::string_view tenant,
                                    Version version);
http::Response answer_signing_keys(Authority& authority, const http::Request& request, std::string_view tenant);
http::Response answer_instance(const Authority& authority, const http::Request& request);

// The parameters of a body, refused with the form of OAuth's errors.
tl::expected<Form, Refusal> read_form(const http::Request& request);

}  // namespace vedette::auth
