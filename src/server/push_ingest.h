// POST /vedette/ingest/{connector}: a body of records, stored when it is answered.
#pragma once

#include <string>

#include "log.h"
#include "metrics.h"
#include "tenant_events.h"
#include "vedette/base/clock.h"
#include "vedette/base/places.h"
#include "vedette/federation/connector_library.h"
#include "vedette/odata/behaviour.h"

namespace vedette::server {

inline constexpr uint64_t pushes_between_merges = 64;

// Every push leaves segments of its own: small ones are joined before they are many. What was stored stays stored, so
// a failure is the operator's to know, not the sender's.
void merge_now_and_then(TenantEvents& to, Log& log);

// The behaviour of the entity set `ingest`. What it is given outlives it.
odata::OperationBehaviour push_ingest(EventFolders& events, const federation::ConnectorLibrary& connectors,
                                      base::Places& pushes, const base::Clock& clock, Metrics& metrics, Log& log);

}  // namespace vedette::server
