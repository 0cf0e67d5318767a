#include "families.h"

namespace vedette::kql {

std::span<const ScalarFunction> conversion_functions() { return {}; }

}  // namespace vedette::kql
