#include "families.h"

namespace vedette::kql {

std::span<const ScalarFunction> hash_functions() { return {}; }

}  // namespace vedette::kql
