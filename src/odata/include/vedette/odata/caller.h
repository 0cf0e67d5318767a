// Who asks: what odata needs to know of an authenticated request. auth fills it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/edm/capabilities.h"

namespace vedette::odata {

// The directory roles that users can have.
inline constexpr std::string_view security_reader = "Security Reader";
inline constexpr std::string_view security_operator = "Security Operator";
inline constexpr std::string_view security_administrator = "Security Administrator";

struct Caller {
  std::string tenant_id;
  std::string app_id;
  std::string service_principal_id;          // of the application, when it acts for itself
  std::string token_id;                      // of the access token, for audit
  std::string identity_provider;             // the issuer of the token when that is not this installation
  std::string user_id;                       // "" for an application that acts for itself
  std::string user_name;                     // its userPrincipalName, for people to read
  std::vector<std::string> roles;            // application permissions
  std::vector<std::string> scopes;           // delegated permissions: they count when there is a user
  std::vector<std::string> directory_roles;  // of the user: "Security Reader"

  bool is_user() const { return !user_id.empty(); }
  // Whose what the application makes is. An id of an application means nothing outside of its provider.
  std::string owner() const { return identity_provider.empty() ? app_id : identity_provider + " " + app_id; }
};

// An application needs one of the permissions as a role of its token. A user needs one as a scope of the token and a
// directory role that allows what the operation does.
// forbidden, naming all that is missing: the permission, the least privileged first, and the role.
base::Status authorise(const Caller& caller, const edm::Permissions& permissions);

}  // namespace vedette::odata
