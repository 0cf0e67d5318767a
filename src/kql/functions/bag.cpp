#include "families.h"

namespace vedette::kql {

std::span<const ScalarFunction> bag_functions() { return {}; }

}  // namespace vedette::kql
