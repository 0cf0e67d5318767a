// The rows of hunting in the table of behaviours: the action runHuntingQuery.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string_view>

#include "vedette/base/result.h"
#include "vedette/kql/plan/table_source.h"
#include "vedette/odata/behaviour.h"
#include "vedette/resources/hunting/external_data.h"
#include "vedette/resources/hunting/quota.h"

namespace vedette::resources {

struct HuntingDependencies {
  // The event tables of a tenant as they are now. Called from several threads at once.
  std::function<base::Result<std::shared_ptr<const kql::Catalog>>(std::string_view tenant_id)> event_tables;
  int threads = 1;                                 // of one query
  int queries_max = 8;                             // at once; further ones wait
  int queries_waiting_max = 0;                     // more than these are too_many_requests
  int tenant_queries_max = 8;                      // of one tenant, running and waiting
  HuntingQuota quota = HuntingQuota::unlimited();  // of each tenant
  ExternalDataOptions external_data = {};
};

// A query waits no longer for its turn.
inline constexpr std::chrono::seconds hunting_wait_max{30};

odata::Behaviours hunting_behaviours(HuntingDependencies dependencies);

}  // namespace vedette::resources
