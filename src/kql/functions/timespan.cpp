#include "families.h"

namespace vedette::kql {

std::span<const ScalarFunction> timespan_functions() { return {}; }

}  // namespace vedette::kql
