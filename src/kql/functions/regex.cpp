#include "families.h"

namespace vedette::kql {

std::span<const ScalarFunction> regex_functions() { return {}; }

}  // namespace vedette::kql
