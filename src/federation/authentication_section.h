// [authentication] and [[authentication]] of connector.toml.
#pragma once

#include "toml_section.h"
#include "vedette/federation/authentication.h"

namespace vedette::federation {

// bad_request naming the line and the key that is wrong.
base::Result<std::vector<Authentication>> read_authentications(const toml::node& node);

}  // namespace vedette::federation
