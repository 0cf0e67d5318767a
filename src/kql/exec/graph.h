// A graph in memory: its tables, and which edges leave and enter each node.
#pragma once

#include "query_context.h"

namespace vedette::kql {

struct Graph {
  Batch nodes, edges;
  std::vector<uint32_t> from, to;                        // of each edge: nodes; both are known
  std::vector<uint32_t> edge_of;                         // the row of `edges` that an edge is
  std::vector<std::vector<uint32_t>> leaving, entering;  // edges, by node
};

// Edges whose ends are no nodes are left out. `keys` columns come first among the nodes'.
base::Result<Graph> read_graph(BatchStream& nodes, BatchStream& edges, HeldRows& held_nodes, HeldRows& held_edges,
                               size_t keys, const std::vector<size_t>& sources, const std::vector<size_t>& targets);
int64_t held_bytes(const Graph& graph);

}  // namespace vedette::kql
