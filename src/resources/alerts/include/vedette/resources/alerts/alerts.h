// What alerts do beyond being stored: PATCH, comments, alerts by hand, moves to another incident.
// Sources: security-alert-update, -post-comments, -post-manualalert, -movealerts of the Graph documentation;
// schema/model/alerts.csdl.xml.
#pragma once

#include <array>
#include <string_view>

#include "vedette/odata/behaviour.h"
#include "vedette/resources/alerts/united_changes.h"

namespace vedette::resources {

inline constexpr std::string_view alert_collection = "alerts";

// What users may change, and the model's UpdatableProperties of /security/alerts_v2 (a test holds them equal).
inline constexpr std::array<std::string_view, 4> alert_user_properties{"status", "classification", "determination",
                                                                       "assignedTo"};

inline constexpr UserProperties alert_properties{alert_user_properties, odata::tags_member};

odata::Behaviours alert_behaviours();

}  // namespace vedette::resources
