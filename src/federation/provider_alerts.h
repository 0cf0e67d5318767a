// Where the alerts of an instance go: to the tenant's alerts, with the name of the instance as a hidden member, so that
// what users change can be written back. An alert that began in this tenant and comes back through others is dropped:
// it is there already.
#pragma once

#include <memory>
#include <string>

#include "vedette/ingest/sink.h"
#include "vedette/json/value.h"

namespace vedette::federation {

inline constexpr const char* instance_member = "@instance";
// Of additionalData: the tenants that a Graph connector's alert came through, the first one first.
inline constexpr const char* origins_member = "origins";

// `alerts` outlives what is made.
std::unique_ptr<ingest::AlertSink> make_provider_alerts(ingest::AlertSink& alerts, std::string tenant,
                                                        std::string instance);

}  // namespace vedette::federation
