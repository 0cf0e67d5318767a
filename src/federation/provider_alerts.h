// Where the alerts of an instance go: to the tenant's alerts, with the name of the instance as a hidden member, so that
// what users change can be written back. An alert that began in this tenant and comes back through others is dropped:
// it is there already. Another Vedette's alerts say when users changed what (resources/alerts/united_changes.h),
// whichever way they come.
#pragma once

#include <memory>
#include <string>

#include "vedette/base/clock.h"
#include "vedette/ingest/sink.h"
#include "vedette/json/value.h"

namespace vedette::federation {

inline constexpr const char* instance_member = "@instance";
// Of additionalData: the tenants that a Graph connector's alert came through, the first one first.
inline constexpr const char* origins_member = "origins";

// Whether the alert began in the tenant, or came through it.
bool came_from(const json::Object& alert, const std::string& tenant);

// `alerts` and the clock outlive what is made.
std::unique_ptr<ingest::AlertSink> make_provider_alerts(ingest::AlertSink& alerts, std::string tenant,
                                                        std::string instance, const base::Clock& clock);

// Moves the times of changes, which alerts.kql puts into additionalData, to where those of stored alerts are.
void take_change_times(json::Object& alert, base::DateTime now);

}  // namespace vedette::federation
