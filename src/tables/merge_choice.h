// Which segments are written anew, together, by table.
#pragma once

#include "store_contents.h"

namespace vedette::tables {

enum class MergeScope : uint8_t { tiers, all_small };
using MergeSources = std::map<std::string, std::vector<StoredSegment>>;

// The rows of the logs up to `last_log`; with all_small, and small segments of the last day too. not_supported when a
// log has rows of a table that is not declared.
base::Result<MergeSources> sources_to_seal(const Contents& contents, uint64_t last_log, MergeScope scope);
// Small segments of one day and one order of magnitude, once there are several of them: a row is written a few times at
// most until its segment is large.
MergeSources sources_of_tiers(const Contents& contents);
// Segments all of whose rows were ingested before `time`.
MergeSources sources_ingested_before(const Contents& contents, base::DateTime time);

}  // namespace vedette::tables
