#include "families.h"

namespace vedette::kql {

std::span<const ScalarFunction> arithmetic_functions() { return {}; }

}  // namespace vedette::kql
