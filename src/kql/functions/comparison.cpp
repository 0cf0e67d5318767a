#include "families.h"

namespace vedette::kql {

std::span<const ScalarFunction> comparison_functions() { return {}; }

}  // namespace vedette::kql
