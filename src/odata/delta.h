// delta(): a collection as it is now, and from then on what changed (OData 4.01 part 1, section 11.3; JSON 4.01,
// section 15). A token holds a number of the store's change feed: changes after it are reported, each entity as it is
// by then, deleted ones and those that the filter has left as "@removed". Nothing is missed; what changes while the
// first pages are read comes again.
#pragma once

#include "call.h"

namespace vedette::odata {

inline constexpr size_t delta_changes_max = 1000;  // of the change feed, read for one page

// The function `delta` bound to a collection.
bool is_delta(const edm::Operation& operation);
base::Result<http::Response> read_delta(const Call& call);

}  // namespace vedette::odata
