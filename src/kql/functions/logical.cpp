#include "families.h"

namespace vedette::kql {

std::span<const ScalarFunction> logical_functions() { return {}; }

}  // namespace vedette::kql
