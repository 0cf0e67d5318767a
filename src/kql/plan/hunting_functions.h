// Functions of the hunting pages that `invoke` calls over rows.
#pragma once

#include "tabular.h"

namespace vedette::kql {

// nullopt, and the input as it was: there is no such function.
std::optional<Result<PlanPtr>> bind_hunting_function(Binding& binding, const ast::Call& call, PlanPtr& input);

}  // namespace vedette::kql
