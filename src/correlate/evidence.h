// The evidence of an alert (microsoft.graph.security.alertEvidence and its derived types) → entities.
#pragma once

#include "entity_set.h"

namespace vedette::correlate {

// Reads every element of the alert's `evidence`.
void read_evidence(EntitySet& set, const json::Value& alert, const SharedInfrastructure& shared);

}  // namespace vedette::correlate
