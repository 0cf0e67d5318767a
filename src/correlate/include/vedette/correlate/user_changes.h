// What users do to the partition of alerts into incidents, in the terms that the correlator keeps: each is one commit,
// which the correlator sees in the feed and leaves as it is.
//
// The functions read and say what to write; the caller adds to the documents what else it changes, commits, and asks
// again when another writer came first (`conflict`).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/base/time.h"
#include "vedette/json/value.h"
#include "vedette/store/entity_store.h"

namespace vedette::correlate {

inline constexpr size_t merged_incidents_max = 100;
inline constexpr size_t merged_alerts_max = 10'000;  // of all the incidents that are merged into another
inline constexpr size_t moved_alerts_max = 1'000;

struct DocumentWrite {
  std::string collection, id;
  json::Object document;
  int64_t version = 0;
};

struct UserChange {
  std::string incident;                  // where the alerts are then
  std::vector<DocumentWrite> documents;  // the incident is among them
  std::vector<store::StateWrite> states;

  DocumentWrite* find(std::string_view collection, std::string_view id);
  store::Commit commit(store::Actor actor) const;
};

// Into the lowest-numbered of them; the others become `redirected`. bad_request for fewer than two, limit_exceeded past
// the limits, not_found naming an incident that is none, conflict naming one that was merged before.
base::Result<UserChange> merge_incidents(const store::EntityStore& store, std::string_view tenant,
                                         const std::vector<std::string>& incidents, base::DateTime now);

// An incident that has no alerts yet: one of a provider. What is said of it is the caller's to add.
base::Result<UserChange> add_empty_incident(const store::EntityStore& store, std::string_view tenant,
                                            base::DateTime now);
// A change of the incident alone. Errors: not_found, conflict for one that was merged.
base::Result<UserChange> open_incident(const store::EntityStore& store, std::string_view tenant,
                                       const std::string& incident);

// Into `incident`, or into a new one when that is "". They stay there and link nothing further. Errors as above.
base::Result<UserChange> move_alerts(const store::EntityStore& store, std::string_view tenant,
                                     const std::vector<std::string>& alerts, const std::string& incident,
                                     base::DateTime now);

// A new alert, whose document gets its `incidentId`. In an incident that is named it stays; in a new one it may be
// linked with others, unless it is `excluded` from correlation. The alert is not among the documents.
enum class Correlation : uint8_t { included, excluded };
base::Result<UserChange> place_new_alert(const store::EntityStore& store, std::string_view tenant, json::Object& alert,
                                         const std::string& incident, Correlation correlation, base::DateTime now);

}  // namespace vedette::correlate
