#include "families.h"

namespace vedette::kql {

std::span<const AggregateFunction> statistics_aggregates() { return {}; }

}  // namespace vedette::kql
