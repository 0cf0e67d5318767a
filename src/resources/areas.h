// The areas whose behaviour is one file.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "vedette/odata/behaviour.h"

namespace vedette::resources {

// Brings the tenant's alerts up to date, and warns of what could not be.
using GatherAlerts = std::function<std::vector<std::string>(odata::Context&)>;

odata::Behaviours indicator_behaviours();
odata::Behaviours legacy_alert_behaviours(GatherAlerts gather);
odata::Behaviours security_action_behaviours();
odata::Behaviours threat_submission_behaviours();
odata::Behaviours ediscovery_behaviours();

}  // namespace vedette::resources
