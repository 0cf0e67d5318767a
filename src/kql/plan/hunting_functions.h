// Functions of the hunting pages: those that `invoke` calls over rows, and those that are tables.
#pragma once

#include "tabular.h"

namespace vedette::kql {

// nullopt, and the input as it was: there is no such function.
std::optional<Result<PlanPtr>> bind_hunting_function(Binding& binding, const ast::Call& call, PlanPtr& input);

bool is_hunting_table(std::string_view function);
Result<PlanPtr> bind_hunting_table(Binding& binding, const ast::Call& call);

}  // namespace vedette::kql
