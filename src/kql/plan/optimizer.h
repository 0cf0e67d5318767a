// Rewrites that make scans cheaper and change no result.
#pragma once

#include "vedette/kql/plan/plan.h"

namespace vedette::kql {

void optimize(BoundQuery& query);

// Scans deliver, and nodes carry, only the columns that something above reads.
void prune_columns(BoundQuery& query);
// Conditions of filters over scans become scan requests, as do the counts of take and top.
void push_into_scans(PlanNode& plan);

}  // namespace vedette::kql
