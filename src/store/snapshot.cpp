#include "snapshot.h"

#include "vedette/store/entity_store.h"

namespace vedette::store {

using base::ErrorCode;
using base::fail;

// It is needed by snapshots before `until`: the latest of them is the change before it, which check_readable refuses.
bool is_forgotten(int64_t until, base::DateTime at, int64_t newest, base::DateTime now) {
  return newest - (until - 1) > past_changes_max || at.ticks < now.ticks - past_kept.ticks;
}

base::Status check_readable(const Snapshot& snapshot, int64_t newest, std::optional<base::DateTime> next,
                            base::DateTime now) {
  if (snapshot.sequence < 0 || snapshot.sequence > newest)
    return fail(ErrorCode::bad_request, "The skip token is not one that this query was given.");
  if (!next || !is_forgotten(snapshot.sequence + 1, *next, newest, now)) return {};
  return fail(ErrorCode::bad_request, "The skip token has expired: read again from the first page.");
}

}  // namespace vedette::store
