// The permissions that an application can be granted: what the models of the API's roots ask for.
#pragma once

#include <string>
#include <vector>

#include "vedette/base/result.h"

namespace vedette::server {

// Sorted, each once.
base::Result<std::vector<std::string>> known_roles();

// `bad_request` for the first role that is none of `known`, with the nearest one.
base::Status check_roles(const std::vector<std::string>& roles, const std::vector<std::string>& known);

}  // namespace vedette::server
