// An incident whose changes go back to the providers of its alerts, and how far that is: an entity of
// /vedette/incidentWriteBacks for each of them.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "delivery.h"

namespace vedette::federation {

// pending → synchronized, or failed until the next change. What is sent follows from what both sides say when it is
// sent, and does no harm when it is sent again.
struct IncidentWriteBack : ChangeDelivery {
  static constexpr const char* collection = "incidentWriteBacks";
  static base::Result<IncidentWriteBack> decode(const store::Entity& entity);

  std::string incident_id;
  std::string known_there;  // the digest of what the provider has by now
};

std::string incident_write_back_id(const std::string& incident, const std::string& instance);
std::string encode(const IncidentWriteBack& entry);

// Of all that users say about an incident; "" when they said nothing.
base::Result<std::string> digest_of_user_state(const json::Object& incident);

inline constexpr int64_t incident_alerts_max = 1'000;  // of an incident, that are looked at for their providers

// The alerts of an incident, the newest first.
base::Result<std::vector<json::Object>> alerts_of_incident(const store::EntityStore& store, const std::string& tenant,
                                                           const std::string& incident);

// Changes of one incident, in their order.
using IncidentChanges = std::vector<const store::Change*>;
// Adds to the commit what marks the incident for the instances among `writers` that sent alerts of it, but for one that
// all of the changes came from.
base::Result<bool> mark_incident(const store::EntityStore& store, const std::string& tenant,
                                 const IncidentChanges& changes, const std::set<std::string>& writers,
                                 store::Commit& commit);

}  // namespace vedette::federation
