#include "optimizer.h"

#include "plan_walk.h"

namespace vedette::kql {

void optimize(BoundQuery& query) {
  push_filters(query.root);
  for (Subplan& subplan : query.subplans) push_filters(subplan.plan);
  push_limits(*query.root);
  for (Subplan& subplan : query.subplans) push_limits(*subplan.plan);
  prune_columns(query);
}

}  // namespace vedette::kql
