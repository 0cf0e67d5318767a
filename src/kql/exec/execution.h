// Starting a plan of which parts ran while it was bound.
#pragma once

#include "query_context.h"

namespace vedette::kql {

// Binding asks for rows where a plugin's columns depend on them. Adds what it reads to `statistics`.
base::Result<Batch> rows_of(const PlanNode& plan, const std::vector<Subplan>& subplans, const EngineOptions& options,
                            ScanStatistics& statistics);

// `before` is what those parts read.
base::Result<std::unique_ptr<Execution>> start_after(const ScanStatistics& before,
                                                     std::shared_ptr<const BoundQuery> query,
                                                     const EngineOptions& options, const Catalog* catalog);

}  // namespace vedette::kql
