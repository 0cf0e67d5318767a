#include "families.h"

namespace vedette::kql {

std::span<const AggregateFunction> basic_aggregates() { return {}; }

}  // namespace vedette::kql
