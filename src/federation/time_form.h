// How a provider writes times.
#pragma once

#include <optional>

#include "vedette/base/time.h"
#include "vedette/federation/connector_transport.h"
#include "vedette/json/value.h"

namespace vedette::federation {

json::Value write_time(base::DateTime time, TimeForm form, base::DateTime now);
std::optional<base::DateTime> read_time(const json::Value* value, TimeForm form);

}  // namespace vedette::federation
