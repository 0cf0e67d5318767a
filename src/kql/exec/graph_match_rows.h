// Matches of a graph pattern, and the rows that expressions over them see.
#pragma once

#include "evaluator.h"
#include "graph.h"

namespace vedette::kql {

// What the variables of a pattern stand for: a node, an edge, or a path with the nodes between its edges.
struct GraphMatch {
  struct Path {
    std::vector<uint32_t> edges, inner_nodes;
  };
  std::vector<uint32_t> bound;  // by variable; no_id where nothing is bound yet; of a path: its index in `paths`
  std::vector<Path> paths;

  int64_t held_bytes() const {
    int64_t bytes = static_cast<int64_t>(sizeof(GraphMatch) + bound.size() * sizeof(uint32_t));
    for (const Path& path : paths)
      bytes += static_cast<int64_t>(sizeof(Path) + (path.edges.size() + path.inner_nodes.size()) * sizeof(uint32_t));
    return bytes;
  }
};

class GraphMatchRows {
 public:
  GraphMatchRows(const GraphMatchNode& node, const Graph& graph, QueryContext& query);

  // The variables that an expression over matches reads.
  std::vector<size_t> variables_of(const BoundExpression& expression) const;
  // The computed column that the whole expression is.
  std::optional<size_t> computed_of(const BoundExpression& expression) const;
  // For each node or edge, whether the computed condition holds for it.
  base::Result<std::vector<uint8_t>> element_mask(size_t computed);
  // The columns that `wanted` reads, of these matches; the others are left empty.
  base::Result<Batch> rows(std::span<const GraphMatch> matches, std::span<const BoundExpression* const> wanted);

 private:
  base::Result<Vector> element_values(size_t computed);
  base::Result<Batch> inner_nodes() const;
  base::Result<Vector> computed_column(size_t computed, std::span<const GraphMatch> matches);
  std::span<const uint32_t> elements(const GraphMatchNode::Computed& computed, const GraphMatch& match) const;
  Vector property(size_t variable, size_t column, std::span<const GraphMatch> matches) const;
  size_t row_of(const GraphMatchNode::Computed& computed, uint32_t element) const;

  const GraphMatchNode& node_;
  const Graph& graph_;
  QueryContext& query_;
  size_t first_computed_ = 0;
  std::vector<std::optional<Vector>> values_;  // of computed expressions, over all elements
};

}  // namespace vedette::kql
