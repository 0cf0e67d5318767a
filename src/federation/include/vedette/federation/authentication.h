// How requests to a provider are proven to be the tenant's: [authentication] of connector.toml. A provider of several
// services has several, each for the requests below one address.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "vedette/federation/body_template.h"
#include "vedette/federation/text_template.h"

namespace vedette::federation {

struct Authentication {
  enum class Kind : uint8_t {
    none,
    oauth2,  // client credentials (RFC 6749, section 4.4)
    header,  // a header of every request
    basic,   // `bearer` (RFC 6750), else `user` and `password` (RFC 7617): what of them the instance has
    token,   // a token that a request of the provider's own gives
    aws,     // Signature Version 4 (aws_signature.h)
  };
  Kind kind = Kind::none;
  TextTemplate base;  // of requests below this address; empty: of all
  TextTemplate token_url, client_id, client_secret, scope;
  std::string header = "Authorization";
  TextTemplate value;           // header: its value
  TextTemplate bearer;          // basic
  TextTemplate user, password;  // basic; token: of the request for it, where they are said
  BodyTemplate body;            // token: of that request
  std::string token;            // token: its path in the answer
  std::chrono::seconds valid{300};
  TextTemplate access_key_id, secret_access_key, session_token, region, service;

  std::vector<std::string> places() const;
};

}  // namespace vedette::federation
