// A token request's parameters (application/x-www-form-urlencoded) and the client's credentials, which come among them
// or as HTTP Basic (RFC 6749, section 2.3.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/http/message.h"

namespace vedette::auth {

class Form {
 public:
  static constexpr size_t parameters_max = 64;

  // Errors: `bad_request` for wrong escapes, ill-formed UTF-8, repeated and too many parameters.
  static base::Result<Form> parse(std::string_view text);
  // nullptr when it is absent. "Parameters sent without a value MUST be treated as if they were omitted" (section 3.2).
  const std::string* find(std::string_view name) const;
  // "" when it is absent.
  std::string text(std::string_view name) const;

 private:
  std::vector<std::pair<std::string, std::string>> parameters_;
};

struct ClientCredentials {
  std::string client_id, client_secret;
};

// Errors: `bad_request`; `unauthenticated` when there are none, or of a kind that is not supported.
base::Result<ClientCredentials> read_credentials(const http::Request& request, const Form& form);

}  // namespace vedette::auth
