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

inline constexpr uint64_t push_body_bytes_max = 64 << 20;
inline constexpr uint64_t push_decompressed_bytes_max = 256 << 20;
inline constexpr uint64_t pushes_between_merges = 64;

// The behaviour of the entity set `ingest`. What it is given outlives it.
odata::OperationBehaviour push_ingest(EventFolders& events, const federation::ConnectorLibrary& connectors,
                                      base::Places& pushes, const base::Clock& clock, Metrics& metrics, Log& log);

}  // namespace vedette::server
