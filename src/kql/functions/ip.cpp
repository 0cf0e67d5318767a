#include "families.h"

namespace vedette::kql {

std::span<const ScalarFunction> ip_functions() { return {}; }

}  // namespace vedette::kql
