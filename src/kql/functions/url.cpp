#include "families.h"

namespace vedette::kql {

std::span<const ScalarFunction> url_functions() { return {}; }

}  // namespace vedette::kql
