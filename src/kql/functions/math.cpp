#include "families.h"

namespace vedette::kql {

std::span<const ScalarFunction> math_functions() { return {}; }

}  // namespace vedette::kql
