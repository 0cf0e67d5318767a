#include "families.h"

namespace vedette::kql {

std::span<const ScalarFunction> datetime_functions() { return {}; }

}  // namespace vedette::kql
