// What incidents do beyond being stored: PATCH, comments, and what is refused until it exists. Their alerts, title,
// severity and times come from correlate/.
// Source: security-incident-update of the Graph documentation, which says nothing of the incident's alerts: resolving
// an incident leaves them as they are. schema/model/incidents.csdl.xml.
#pragma once

#include "vedette/odata/behaviour.h"

namespace vedette::resources {

odata::Behaviours incident_behaviours();

}  // namespace vedette::resources
