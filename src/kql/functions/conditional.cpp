#include "families.h"

namespace vedette::kql {

std::span<const ScalarFunction> conditional_functions() { return {}; }

}  // namespace vedette::kql
