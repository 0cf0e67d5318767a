#include "families.h"

namespace vedette::kql {

std::span<const AggregateFunction> argmax_aggregates() { return {}; }

}  // namespace vedette::kql
