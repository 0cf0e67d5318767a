// The permissions that an application can be given: what the models of the API's roots ask for.
#pragma once

#include <string>
#include <vector>

#include "vedette/base/result.h"

namespace vedette::server {

// Sorted, each once: those for what an application does itself (roles), and for what it does for users (scopes).
base::Result<std::vector<std::string>> known_roles();
base::Result<std::vector<std::string>> known_scopes();

// `bad_request` for the first that is none of `known`, with the nearest one.
base::Status check_roles(const std::vector<std::string>& roles, const std::vector<std::string>& known);
base::Status check_scopes(const std::vector<std::string>& scopes, const std::vector<std::string>& known);

}  // namespace vedette::server
