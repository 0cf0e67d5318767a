// Walks over plans: the expressions of a node, its nested plans, copies.
#pragma once

#include <functional>

#include "vedette/kql/plan/plan.h"

namespace vedette::kql {

// Every expression a node holds (of mv-apply: also its expand node's), but not those below it.
void for_each_expression(PlanNode& node, const std::function<void(BoundExpression&)>& visit);
// Those that see the columns of the node's input, not results of its own as the values of a make-series do.
void for_each_input_expression(PlanNode& node, const std::function<void(BoundExpression&)>& visit);
// Every plan below a node, `applied` when it runs once per row or partition rather than once.
void for_each_child(PlanNode& node, const std::function<void(PlanPtr&, bool applied)>& visit);
// The expression and all its arguments.
void for_each_part(BoundExpression& expression, const std::function<void(BoundExpression&)>& visit);

// A plan that does not hold rows back and is cheap to compute again: scans, filters, projections, constants.
bool is_light(const PlanNode& plan);
PlanPtr copy_light(const PlanNode& plan);

size_t count_nodes(PlanNode& plan);

}  // namespace vedette::kql
