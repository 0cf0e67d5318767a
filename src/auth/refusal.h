// An error answer of the token endpoint, in Entra's form of RFC 6749, section 5.2.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "vedette/base/time.h"
#include "vedette/http/message.h"

namespace vedette::auth {

struct Refusal {
  int status = 400;
  std::string error;           // "invalid_client"
  int code = 0;                // Entra's number of it, AADSTS…
  std::string description;     // never a secret
  uint32_t retry_after_s = 5;  // with 429
  std::string suberror = {};   // by which MSAL knows that its refresh token is dead: "bad_token"
};

// {"error","error_description","error_codes","timestamp","trace_id","correlation_id"}; the correlation id is the
// request's client-request-id when that is a GUID.
http::Response refusal_response(const http::Request& request, const Refusal& refusal, base::DateTime now);

// "AADSTS50126: The user name …"
std::string described(const Refusal& refusal);

// JSON that must not be cached.
http::Response json_response(int status, std::string body);

}  // namespace vedette::auth
