// What providers say of their own incidents (ingest/incident.h) becomes attributes of the incident that holds their
// alerts. An incident of a provider without alerts here is an incident without alerts, until they come.
//
//   - Alerts that the provider has in one incident are in one here: incidents that hold them are merged.
//   - What the provider says anew is taken, unless a user changed the incident later than the provider did. Tags unite.
//   - What it said last, and in which incident, is the state `incidents.copy.KEY`, in the same commit. Of several
//     copies the newest counts, by lastUpdateDateTime.
// The incident names its alerts, or they name it (ingest::incident_member), and either may come first: an alert that is
// waited for is the state `incidents.waiting.ALERT`, one that named an incident which does not hold it yet
// `incidents.named.KEY/ALERT`. Both stay until the other comes: an incident waits for ingest::incident_alerts_max
// alerts at most, and of those that named one there are no more than alerts.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/json/value.h"
#include "vedette/store/entity_store.h"

namespace vedette::resources {

// conflict when other writers were first too often. Accepting the same incidents again does no harm.
base::Status store_incidents(store::EntityStore& store, const std::string& tenant, const std::string& connector,
                             const std::vector<json::Object>& incidents);

// What one commit writes of several alerts, by name: they may have states in common.
using StateWrites = std::map<std::string, store::StateWrite>;

// Gives an alert that is stored for the first time, or names another incident than before, the incident that its
// provider has it in. What is to be kept beside it goes to `states`: one that is in an incident already is kept as
// named, and join_named_alerts() comes after the commit.
base::Status enter_provider_incident(const store::EntityStore& store, const std::string& tenant,
                                     const std::string& connector, json::Object& alert, StateWrites& states);

// Merges the incidents that hold alerts which named the provider's incident into its one, when that is known. Errors as
// of store_incidents.
base::Status join_named_alerts(store::EntityStore& store, const std::string& tenant, const std::string& connector,
                               const std::string& provider_incident);

}  // namespace vedette::resources
