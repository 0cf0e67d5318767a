// [poll] of connector.toml.
#pragma once

#include <toml++/toml.h>

#include "vedette/base/result.h"
#include "vedette/federation/connector_transport.h"

namespace vedette::federation {

base::Result<PollTransport> read_poll(const toml::node& node);

}  // namespace vedette::federation
