// A commit on its way into the log. Commits that come while another is being written go together, with one sync.
#pragma once

#include <optional>

#include "segment_cache.h"
#include "vedette/tables/event_store.h"
#include "vedette/tables/segment.h"

namespace vedette::tables {

struct PendingCommit {
  std::string bytes;  // a record of the log; empty when there is nothing to commit
  std::vector<std::pair<std::string, std::shared_ptr<const Segment>>> rows;  // by table
  std::map<std::string, std::string> state;
  std::optional<base::Status> result;  // once it is written
};

base::Result<PendingCommit> prepare(Commit commit, base::DateTime now, const std::shared_ptr<SegmentCache>& cache);

}  // namespace vedette::tables
