// What incidents do beyond being stored: PATCH, comments, and what is refused until it exists. Their alerts, title,
// severity and times come from correlate/.
// Source: security-incident-update of the Graph documentation, which says nothing of the incident's alerts: resolving
// an incident leaves them as they are. schema/model/incidents.csdl.xml.
#pragma once

#include <array>
#include <string_view>

#include "vedette/odata/behaviour.h"
#include "vedette/resources/alerts/united_changes.h"

namespace vedette::resources {

inline constexpr std::string_view incident_collection = "incidents";

// What users may change, the model's UpdatableProperties of /security/incidents (a test holds them equal).
inline constexpr std::array<std::string_view, 9> incident_values{"status",        "assignedTo",  "classification",
                                                                 "determination", "displayName", "description",
                                                                 "severity",      "summary",     "resolvingComment"};
inline constexpr UserProperties incident_properties{incident_values, "customTags"};

odata::Behaviours incident_behaviours();

}  // namespace vedette::resources
