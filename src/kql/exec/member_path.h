// y.a["b"][0][-1][Name]: steps into a dynamic.
#pragma once

#include <span>

#include "vedette/kql/plan/bound_expression.h"

namespace vedette::kql {

// arguments[0] is the value, the others are the operands of the computed steps. A step that does not fit the value it
// meets yields null.
Vector evaluate_member_path(const BoundExpression& member, std::span<const Vector> arguments, size_t rows);

}  // namespace vedette::kql
