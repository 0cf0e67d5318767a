#include "families.h"

namespace vedette::kql {

std::span<const AggregateFunction> set_aggregates() { return {}; }

}  // namespace vedette::kql
