// Where alerts of connectors are stored: one entity for each id, however often and in whatever order its copies arrive.
//
// Of several copies the newest counts: by lastUpdateDateTime, then lastActivityDateTime; of two with the same times the
// longer, then the one with the greater hash. What the newest copy says is the document, but for
//   - incidentId, incidentWebUrl and @tags (those of the first form of the API): ours, kept;
//   - comments: the copy's and those that were added here, by time; an echo of one of these is no further one
//     (provider_difference.h);
//   - status (with resolvedDateTime), classification, determination, assignedTo: one that differs from what the copy
//     before said was changed by a user. It is kept, unless the copy is newer than that change *and* says otherwise
//     than the copy before: then the provider changed it later. Where the copy says when it was changed (another
//     Vedette's), the later change counts, also that of an older copy (united_changes.h).
// What the newest copy said about these is a member of the document that nobody sees, `@copy`; with what its provider
// was told since, it is the state `alerts.copy.ID`.
// A copy that changes nothing writes nothing. One that is a part of its alert (ingest::part_member) takes nothing away:
// evidence and times are those of all parts.
#pragma once

#include <memory>
#include <string>

#include "vedette/ingest/sink.h"
#include "vedette/store/entity_store.h"

namespace vedette::resources {

inline constexpr size_t alert_commit_alerts_max = 500;
inline constexpr size_t alert_commit_bytes_max = 8 << 20;

// accept(): limit_exceeded naming an alert larger than ingest::alert_bytes_max (nothing is stored then); conflict when
// other writers were first too often. After an error whole commits are done, and accepting the same alerts again does
// no harm. `connector` is who the writes are by. The store outlives the sink. Safe from any thread.
std::unique_ptr<ingest::AlertSink> make_alert_sink(store::EntityStore& store, std::string tenant_id,
                                                   std::string connector);

}  // namespace vedette::resources
