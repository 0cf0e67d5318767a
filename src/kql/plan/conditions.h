// Conditions as parts that move between the nodes of a plan.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "vedette/kql/plan/plan.h"

namespace vedette::kql {

// a and b and c: its operands. Anything else is one.
std::vector<BoundExpression> conjuncts(BoundExpression condition);
BoundExpression both(BoundExpression a, BoundExpression b);

// Whether the condition says the same wherever it is evaluated: one that differs from row to row (rand()) does not.
bool moves(const BoundExpression& condition);

// The condition over other columns, each by its index there; nullopt when it reads one that `columns` lacks.
std::optional<BoundExpression> over_columns(const BoundExpression& condition, const std::map<size_t, size_t>& columns);

void put_filter_over(PlanPtr& plan, BoundExpression condition);
// Leaves the filter at `plan` with these conditions; without any its input takes its place.
void keep_conditions(PlanPtr& filter, std::vector<BoundExpression> conditions);

}  // namespace vedette::kql
