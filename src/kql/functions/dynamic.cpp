#include "families.h"

namespace vedette::kql {

std::span<const ScalarFunction> dynamic_functions() { return {}; }

}  // namespace vedette::kql
