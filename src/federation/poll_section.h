// [poll] of connector.toml.
#pragma once

#include <toml++/toml.h>

#include "toml_section.h"
#include "vedette/base/result.h"
#include "vedette/federation/connector_transport.h"

namespace vedette::federation {

// GET, or POST with a body.
void read_request(TomlSection& section, RequestTemplate& request);

base::Result<PollTransport> read_poll(const toml::node& node);

}  // namespace vedette::federation
