#include "families.h"

namespace vedette::kql {

std::span<const ScalarFunction> parse_text_functions() { return {}; }

}  // namespace vedette::kql
