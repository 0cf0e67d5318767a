#include "families.h"

namespace vedette::kql {

std::span<const ScalarFunction> misc_functions() { return {}; }

}  // namespace vedette::kql
