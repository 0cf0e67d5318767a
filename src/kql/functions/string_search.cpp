#include "families.h"

namespace vedette::kql {

std::span<const ScalarFunction> string_search_functions() { return {}; }

}  // namespace vedette::kql
