#include "families.h"

namespace vedette::kql {

std::span<const ScalarFunction> units_functions() { return {}; }

}  // namespace vedette::kql
