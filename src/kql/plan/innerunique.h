#pragma once

#include "vedette/kql/plan/plan.h"

namespace vedette::kql {

// Moves conditions on left columns that stand directly behind an innerunique join to before it.
void filter_before_unique(PlanPtr& plan);

}  // namespace vedette::kql
