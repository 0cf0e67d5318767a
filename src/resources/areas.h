// The areas whose behaviour is one file.
#pragma once

#include "vedette/odata/behaviour.h"

namespace vedette::resources {

odata::Behaviours indicator_behaviours();
odata::Behaviours legacy_alert_behaviours();
odata::Behaviours security_action_behaviours();
odata::Behaviours threat_submission_behaviours();
odata::Behaviours ediscovery_behaviours();

}  // namespace vedette::resources
