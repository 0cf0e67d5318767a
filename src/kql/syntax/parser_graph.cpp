// make-graph and the operators that a graph goes through.
#include "parser.h"

namespace vedette::kql {

ast::Operator* Parser::graph_operator_of(std::string_view keyword) {
  const size_t first = last_;
  if (keyword == "make-graph") return make_graph();
  if (keyword == "graph-match") return graph_patterns(ast::GraphMatch(), "cycles");
  if (keyword == "graph-shortest-paths") return graph_patterns(ast::GraphShortestPaths(), "output");
  if (keyword == "graph-to-table") return graph_to_table();
  if (keyword == "graph-mark-components") {
    ast::GraphMarkComponents node;
    node.options = arena_.list(options({"kind", "with_component_id"}));
    return finish_operator(node, first);
  }
  if (keyword == "graph-where-nodes") {
    ast::GraphWhereNodes node;
    node.predicate = expression();
    return finish_operator(node, first);
  }
  if (keyword == "graph-where-edges") {
    ast::GraphWhereEdges node;
    node.predicate = expression();
    return finish_operator(node, first);
  }
  return nullptr;
}

// source --> target [with Nodes on id, …] [with_node_id = name] [partitioned-by column ( … )]
ast::Operator* Parser::make_graph() {
  const size_t first = last_;
  ast::MakeGraph node;
  node.options = arena_.list(options({}));
  node.source = name();
  expect("-"), expect("-");
  node.directed = accept(">");
  node.target = name();
  if (accept_word("with_node_id")) {
    expect("=");
    node.node_id = name();
  } else if (accept_word("with")) {
    node.nodes = list_of<ast::MakeGraph::Nodes>([&] {
      ast::MakeGraph::Nodes nodes;
      const size_t begin = at_;
      nodes.table = path(primary(), begin);
      expect_word("on");
      nodes.key = name();
      return nodes;
    });
  }
  if (at_word("partitioned") && peek(1).is("-")) {
    take(), take();
    expect_word("by");
    const size_t begin = at_;
    ast::NameRef column;
    column.name = name();
    node.partitioned_by = finish_expr(column, begin);
    node.partition_body = sub_pipe();
  }
  return finish_operator(node, first);
}

template <class Node>
ast::Operator* Parser::graph_patterns(Node node, std::string_view option) {
  const size_t first = last_;
  node.options = arena_.list(options({option}));
  node.patterns = list_of<ast::GraphPattern>([&] {
    std::vector<ast::GraphStep> steps = {graph_node()};
    while (!failed_ && (at("-") || at("<"))) {
      steps.push_back(graph_edge());
      steps.push_back(graph_node());
    }
    return ast::GraphPattern{arena_.list(steps)};
  });
  if (accept_word("where")) node.where = expression();
  if (accept_word("project")) node.project = list_of<NamedExpr>([&] { return named_expression(); });
  return finish_operator(node, first);
}

ast::GraphStep Parser::graph_node() {
  const size_t begin = at_;
  ast::GraphStep step;
  expect("(");
  if (!at(")")) step.name = name();
  expect(")");
  step.span = span_from(begin);
  return step;
}

// -[e*1..most]->  <-[e]-  -[e]-  -->  <--  --
ast::GraphStep Parser::graph_edge() {
  const size_t begin = at_;
  ast::GraphStep step;
  const bool backward = accept("<");
  expect("-");
  if (accept("[")) {
    if (at_name()) step.name = name();
    if (accept("*")) {
      step.range_from = primary();
      expect("..");
      step.range_to = primary();
    }
    expect("]");
  }
  expect("-");
  const bool forward = accept(">");
  step.kind = forward && !backward   ? ast::GraphStep::Kind::forward
              : backward && !forward ? ast::GraphStep::Kind::backward
                                     : ast::GraphStep::Kind::undirected;
  step.span = span_from(begin);
  return step;
}

ast::Operator* Parser::graph_to_table() {
  const size_t first = last_;
  ast::GraphToTable node;
  node.outputs = list_of<ast::GraphToTable::Output>([&] {
    ast::GraphToTable::Output output;
    output.nodes = at_word("nodes");
    if (!at_word("nodes") && !at_word("edges")) fail_expected({"nodes", "edges"});
    take();
    if (accept_word("as")) output.as = name();
    output.options = arena_.list(options({"with_node_id", "with_source_id", "with_target_id"}));
    return output;
  });
  return finish_operator(node, first);
}

}  // namespace vedette::kql
