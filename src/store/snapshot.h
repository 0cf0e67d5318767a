// All pages of a query show what was there when the first was read: the state after one write of the tenant. What was
// replaced or deleted since is kept beside its collection (Collection::keeps_past), as long as a page may ask for it.
#pragma once

#include <cstdint>
#include <optional>

#include "vedette/base/result.h"
#include "vedette/base/time.h"

namespace vedette::store {

struct Snapshot {
  int64_t sequence = 0;               // of the newest write
  std::optional<int64_t> count = {};  // of all that matched, where it was asked for
};

// bad_request when what was replaced since the snapshot may have been forgotten. `next` is the time of the listed
// change after it, nullopt when there is none; `newest` the sequence of the newest write.
base::Status check_readable(const Snapshot& snapshot, int64_t newest, std::optional<base::DateTime> next,
                            base::DateTime now);

// Whether nothing asks any more for what was replaced by the change `until` at that time.
bool is_forgotten(int64_t until, base::DateTime at, int64_t newest, base::DateTime now);

}  // namespace vedette::store
