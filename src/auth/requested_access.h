// What a client asks for in `scope` (v2.0) or `resource` (the older form).
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "refusal.h"
#include "vedette/auth/directory.h"
#include "vedette/auth/server_address.h"
#include "vedette/http/message.h"

namespace vedette::auth {

class Form;

struct RequestedAccess {
  std::string audience;
  std::string prefix;               // before each permission as the client wrote it: "https://graph.microsoft.com/"
  std::vector<std::string> scopes;  // permissions by name
  bool all = false;                 // ".default": what the application has been given
  bool openid = false, offline = false;
  std::vector<std::string> openid_scopes;  // "openid", "profile", "email"
};

inline constexpr size_t scopes_max = 100;

// "openid offline_access https://graph.microsoft.com/SecurityAlert.Read.All"; a permission without a resource is
// Graph's. All are of one resource.
tl::expected<RequestedAccess, Refusal> parse_scope(std::string_view text, const http::Request& request,
                                                   const ServerAddress& address);
// The older form: all that the application has been given.
tl::expected<RequestedAccess, Refusal> parse_resource(std::string_view text, const http::Request& request,
                                                      const ServerAddress& address);

// The permissions that are asked for, each one of `allowed` in its spelling; refused (AADSTS65001), naming the one that
// is not.
tl::expected<std::vector<std::string>, Refusal> grant_scopes(const RequestedAccess& access,
                                                             const std::vector<std::string>& allowed);

// `scope` of the answer, in the client's spelling, by which it finds the token again.
std::string scope_text(const RequestedAccess& access, const std::vector<std::string>& granted);

}  // namespace vedette::auth
