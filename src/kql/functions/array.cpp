#include "families.h"

namespace vedette::kql {

std::span<const ScalarFunction> array_functions() { return {}; }

}  // namespace vedette::kql
