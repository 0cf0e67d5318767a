#include "families.h"

namespace vedette::kql {

std::span<const ScalarFunction> encoding_functions() { return {}; }

}  // namespace vedette::kql
