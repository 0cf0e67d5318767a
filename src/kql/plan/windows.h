// Window functions: row_number(), prev(), row_cumsum(), … over rows in a fixed order.
#pragma once

#include "expressions.h"

namespace vedette::kql {

// Takes the calls in the expressions over `input`, which becomes Window nodes over it. Its columns keep their places,
// results come after them.
struct WindowSink {
  PlanPtr& input;
};

bool is_window_function(std::string_view name);
std::vector<std::string_view> window_function_names();
Result<BoundExpression> bind_window_call(Binding& binding, const Rows& rows, const ast::Call& call);

// Whether the rows of a plan come in an order of KQL's (plan.h).
bool is_in_order(const Binding& binding, const PlanNode& plan);

}  // namespace vedette::kql
