// Named rows were bound as subplans; those that need not be shared go back to where they are read, so that filters and
// columns reach their scans.
#pragma once

#include <set>

#include "binding.h"

namespace vedette::kql {

// A subplan that is read once takes its reader's place; a light one is copied to each reader unless materialize() or
// `as` asks for one computation (`materialized`); one that nobody reads is dropped. What is left is numbered anew.
Status inline_subplans(BoundQuery& query, const std::set<size_t>& materialized);

}  // namespace vedette::kql
