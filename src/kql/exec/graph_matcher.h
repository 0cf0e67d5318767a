// The matches of a pattern in a graph.
#pragma once

#include "graph_match_rows.h"

namespace vedette::kql {

base::Result<std::vector<GraphMatch>> find_matches(const GraphMatchNode& node, const Graph& graph, GraphMatchRows& rows,
                                                   QueryContext& query);

}  // namespace vedette::kql
