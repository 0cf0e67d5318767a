// Incidents of a provider and ours. Both sides put alerts into incidents by themselves: they are the same incident that
// hold the same alerts. Of several of ours that hold some, it is the one that holds the most of them; of two, the one
// with the lower number.
#pragma once

#include <string>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/json/value.h"
#include "vedette/store/entity_store.h"

namespace vedette::federation {

inline constexpr size_t matched_alerts_max = 100;  // of an incident, that are looked at

struct ProviderIncident {
  std::string id;
  json::Object shown;               // as the provider shows it, without its alerts
  std::vector<std::string> alerts;  // their ids here, whether they are here or not
};

// unavailable for what is none.
base::Result<ProviderIncident> read_provider_incident(const json::Value& shown, const std::string& tenant,
                                                      const std::string& provider);

// "" when none of the alerts is in an incident here.
base::Result<std::string> find_our_incident(const store::EntityStore& store, const std::string& tenant,
                                            const std::vector<std::string>& alerts);

struct IncidentParts {
  std::string tenant, instance;
  store::EntityStore& store;
  const base::Clock& clock;
};
// Takes over what users changed there.
base::Status merge_provider_incident(const IncidentParts& parts, const std::string& id, const json::Object& shown);

}  // namespace vedette::federation
