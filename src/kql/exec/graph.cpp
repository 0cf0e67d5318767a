#include "graph.h"

#include "key_table.h"

namespace vedette::kql {
namespace {

std::vector<Vector> columns_of(const Batch& batch, const std::vector<size_t>& columns) {
  std::vector<Vector> out;
  for (const size_t column : columns) out.push_back(batch.columns[column]);
  return out;
}

}  // namespace

base::Result<Graph> read_graph(BatchStream& nodes, BatchStream& edges, HeldRows& held_nodes, HeldRows& held_edges,
                               size_t keys, const std::vector<size_t>& sources, const std::vector<size_t>& targets) {
  while (const auto batch = TRY(nodes.next())) TRY(held_nodes.append(*batch));
  while (const auto batch = TRY(edges.next())) TRY(held_edges.append(*batch));
  Graph graph;
  graph.nodes = held_nodes.finish();
  graph.edges = held_edges.finish();
  std::vector<Type> types;
  const std::span<const Vector> key_columns(graph.nodes.columns.data(), keys);
  for (const Vector& column : key_columns) types.push_back(column.type());
  KeyTable table(types);
  std::vector<uint32_t> numbers, from, to;
  table.find_or_add(key_columns, graph.nodes.rows, numbers);
  std::vector<uint32_t> node_of(table.size());
  for (uint32_t row = 0; row < graph.nodes.rows; ++row) node_of[numbers[row]] = row;
  // A key that only edges have gets a number beyond those of the nodes.
  table.find_or_add(columns_of(graph.edges, sources), graph.edges.rows, from);
  table.find_or_add(columns_of(graph.edges, targets), graph.edges.rows, to);
  graph.leaving.resize(graph.nodes.rows);
  graph.entering.resize(graph.nodes.rows);
  for (uint32_t row = 0; row < graph.edges.rows; ++row) {
    if (from[row] >= node_of.size() || to[row] >= node_of.size()) continue;
    const auto edge = static_cast<uint32_t>(graph.from.size());
    graph.from.push_back(node_of[from[row]]);
    graph.to.push_back(node_of[to[row]]);
    graph.edge_of.push_back(row);
    graph.leaving[graph.from.back()].push_back(edge);
    graph.entering[graph.to.back()].push_back(edge);
  }
  return graph;
}

int64_t held_bytes(const Graph& graph) {
  return static_cast<int64_t>(graph.from.size() * 5 * sizeof(uint32_t) +
                              graph.nodes.rows * 2 * sizeof(std::vector<uint32_t>));
}

}  // namespace vedette::kql
