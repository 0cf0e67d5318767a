// Plans as text.
#pragma once

#include <functional>

#include "vedette/kql/plan/plan.h"

namespace vedette::kql {

// explain() of plan.h with what `note` says of each node at the end of its line.
std::string explain(const BoundQuery& query, const std::function<std::string(const PlanNode&)>& note);

}  // namespace vedette::kql
