// Starting a plan of which parts ran while it was bound.
#pragma once

#include "query_context.h"

namespace vedette::kql {

// `before` is what those parts read.
base::Result<std::unique_ptr<Execution>> start_after(const ScanStatistics& before,
                                                     std::shared_ptr<const BoundQuery> query,
                                                     const EngineOptions& options, const Catalog* catalog);

}  // namespace vedette::kql
