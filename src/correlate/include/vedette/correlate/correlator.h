// Alerts → incidents, for one tenant. Follows the change feed of the entity store; each batch of changes becomes one
// commit that holds the incidents, the `incidentId` of their alerts, the reasons and the cursor, or nothing.
//
// Incidents are the connected components of "links to" (link_index.h), so the partition does not depend on the order in
// which alerts arrive. They only grow: an alert that links several incidents merges them into the lowest-numbered one;
// the others become `redirected`. An alert without links is an incident of its own. Numbers count up per tenant from 1.
// What a user changed (owner, status, classification, tags, comments, name, …) is kept.
//
// All that is in memory is rebuilt from the store. Two correlators on one tenant do not harm each other: one loses the
// commit, and reads again.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/deadline.h"
#include "vedette/base/result.h"
#include "vedette/store/entity_store.h"

namespace vedette::correlate {

inline constexpr std::string_view alert_collection = "alerts";
inline constexpr std::string_view incident_collection = "incidents";
// {id, incidentId, alertId, linkedAlertId, entities: [{kind, value, weight}], gapSeconds, reason, createdDateTime}
inline constexpr std::string_view link_collection = "incidentLinks";

// States of the entity store: the sequence up to which changes are correlated, and the highest incident number given
// out. Whoever creates an incident by other means takes its number from the latter, in the same commit.
inline constexpr std::string_view cursor_state = "correlate.cursor";
inline constexpr std::string_view incident_counter_state = "incidents.counter";

// An alert that a user moved to another incident stays there and takes no further part: nothing is linked through it.
// The correlator sees such moves in the feed and keeps this state; whoever moves an alert may write it in the same
// commit, so that it holds even when the correlator is stopped just then. The value is not read.
std::string moved_alert_state(std::string_view alert_id);

// To be declared when the store is opened, beside alerts and incidents.
store::Collection declare_links();

struct CorrelatorOptions {
  std::string incident_url_base;      // incidentWebUrl is this and the id; "" leaves it null
  std::string shared_infrastructure;  // further lines, see AlertReader::create
  size_t batch_changes_max = 1000;
};

struct Progress {
  int64_t alerts = 0;  // read because they were new or changed
  int64_t incidents_created = 0;
  int64_t incidents_redirected = 0;
  int64_t conflicts = 0;  // commits that were tried again
};

// Not thread safe: one thread at a time.
class Correlator {
 public:
  // `store` and `clock` outlive the correlator. `bad_request` for unreadable options.
  static base::Result<std::unique_ptr<Correlator>> create(store::EntityStore& store, std::string tenant,
                                                          const base::Clock& clock, CorrelatorOptions options = {});
  virtual ~Correlator() = default;
  // Correlates all changes that the feed holds. After an error or `cancelled`, whole batches are done; call again.
  virtual base::Result<Progress> run(const base::StopCheck& stop = {}) = 0;
};

}  // namespace vedette::correlate
