#include "optimizer.h"

namespace vedette::kql {

void optimize(BoundQuery&) {}

}  // namespace vedette::kql
