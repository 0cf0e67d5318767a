// A sign-in, for the audit log: somebody asked for tokens, or proved to be a user, and was or was not believed. Nothing
// in it is a secret, or what was sent in place of one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/time.h"
#include "vedette/http/message.h"

namespace vedette::auth {

struct SignIn {
  const http::Request& request;
  std::string tenant_id;
  std::string method;          // "client_credentials", "authorization_code", "refresh_token", "device_code", "password"
  std::string client_id = {};  // "" when it is not known
  std::string service_principal_id = {};
  std::string user_id = {};  // "" when it is not known, or there is none
  std::vector<std::string> scopes = {};
  std::string token_id = {};  // `uti` of the access token
  int status = 200;           // of the answer
  int error_code = 0;         // Entra's number (AADSTS…); 0 when it succeeded
  std::string error = {};     // "invalid_client"
};

}  // namespace vedette::auth
