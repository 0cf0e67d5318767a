// Functions over the elements of a path in a graph pattern: all(e, …), any(e, …), map(e, …), with inner_nodes(e) the
// nodes between; node_degree_in(n), node_degree_out(n), node_id(n). Each call becomes a computed column of the matches.
// In an expression over inner nodes the last three take no argument. A variable alone is the bag of its properties, and
// a path the array of its edges. Source: kusto/query: all-graph-function and its neighbours.
#pragma once

#include "expressions.h"

namespace vedette::kql {

struct GraphSink {
  const GraphNode* graph = nullptr;
  std::vector<std::string_view> names;  // of the variables, "" where there is none
  const std::vector<GraphMatchNode::Variable>* variables = nullptr;
  std::vector<GraphMatchNode::Computed> computed;
  size_t first_column = 0;         // of the computed ones; of an inner node: of its degrees and id
  bool is_of_inner_nodes = false;  // the expression is over one node, and there are no variables
  bool is_condition = false;
  std::vector<size_t> path_properties;  // in a condition: which of the computed ones stand for each edge's property
};

std::vector<std::string_view> graph_call_names();

// nullopt: `call` is none of these.
std::optional<Result<BoundExpression>> bind_graph_call(Binding& binding, const Rows& rows, const ast::Call& call);
// nullopt: `name` is no variable of the pattern.
std::optional<Result<BoundExpression>> bind_graph_variable(Binding& binding, const Rows& rows, const ast::Name& name);

// A property of a path is the array of those of its edges: map(e, property). In a condition it is that of each edge,
// and over_all_edges() has yet to say which. nullopt: `member` is none.
std::optional<Result<BoundExpression>> bind_path_property(const Rows& rows, const ast::Member& member);
// A condition that has path properties: all edges of the path must satisfy it, as if all(e, …) were written. It may
// read nothing else.
Result<BoundExpression> over_all_edges(GraphSink& sink, BoundExpression condition);

}  // namespace vedette::kql
