// graph-match and graph-shortest-paths: patterns over a graph's nodes and edges.
// Source: kusto/query: graph-match-operator, graph-shortest-paths-operator.
#include <algorithm>

#include "expressions.h"
#include "graph_calls.h"
#include "operators.h"

namespace vedette::kql {
namespace {

constexpr int64_t hops_max = 64;  // of a path

// The pattern's variables and hops, and how expressions see them.
class PatternBinder {
 public:
  PatternBinder(Binding& binding, const GraphNode& graph, GraphMatchNode& node)
      : binding_(binding), graph_(graph), node_(node) {}

  Status bind(ast::List<ast::GraphPattern> patterns) {
    for (size_t i = 0; i < patterns.size(); ++i) TRY(add_pattern(patterns[i], i));
    lay_out();
    return {};
  }

  Rows rows() const { return {&no_columns_, true, nullptr, nullptr, &qualifiers_, sink_}; }
  GraphSink sink() const {
    GraphSink sink;
    sink.graph = &graph_;
    sink.names = names_;
    sink.variables = &node_.variables;
    sink.first_column = columns_;
    return sink;
  }
  void use(GraphSink& sink) { sink_ = &sink; }

 private:
  Status add_pattern(const ast::GraphPattern& pattern, size_t index) {
    size_t at = TRY(node_variable(pattern.steps[0]));
    if (pattern.steps.size() == 1) node_.lone.push_back(at);
    for (size_t i = 1; i + 1 < pattern.steps.size(); i += 2) {
      GraphMatchNode::Hop hop;
      hop.pattern = index;
      hop.from = at;
      hop.edge = TRY(edge_variable(pattern.steps[i], hop));
      hop.to = at = TRY(node_variable(pattern.steps[i + 1]));
      node_.hops.push_back(hop);
    }
    return {};
  }

  // A name that stands in several places is one node.
  Result<size_t> node_variable(const ast::GraphStep& step) {
    const auto known = std::find(names_.begin(), names_.end(), step.name.text);
    if (!step.name.empty() && known != names_.end()) {
      const auto at = static_cast<size_t>(known - names_.begin());
      if (node_.variables[at].is_edge)
        return semantic_error(quoted(step.name.text) + " is an edge already.", step.span);
      return at;
    }
    return add_variable(step.name.text, false, false);
  }

  Result<size_t> edge_variable(const ast::GraphStep& step, GraphMatchNode::Hop& hop) {
    if (!step.name.empty() && std::find(names_.begin(), names_.end(), step.name.text) != names_.end())
      return semantic_error("The variable " + quoted(step.name.text) + " is used twice.", step.span);
    hop.direction = !graph_.directed                              ? GraphMatchNode::Direction::either
                    : step.kind == ast::GraphStep::Kind::forward  ? GraphMatchNode::Direction::forward
                    : step.kind == ast::GraphStep::Kind::backward ? GraphMatchNode::Direction::backward
                                                                  : GraphMatchNode::Direction::either;
    const bool is_path = step.range_from != nullptr || step.range_to != nullptr;
    if (is_path) {
      hop.least = TRY(hops_of(step.range_from, step.span));
      hop.most = TRY(hops_of(step.range_to, step.span));
      if (hop.most < hop.least) return semantic_error("A path has no fewer edges at most than at least.", step.span);
    }
    return add_variable(step.name.text, true, is_path);
  }

  Result<size_t> hops_of(const ast::Expr* expr, SourceSpan span) {
    const BoundExpression value =
        expr ? TRY(bind_constant(binding_, *expr, Type::long_, "The length of a path")) : BoundExpression();
    const auto number = expr ? constant_integer(value) : std::nullopt;
    if (!number || *number < 0) return semantic_error("The length of a path must be a constant number.", span);
    if (*number > hops_max)
      return Error(ErrorCode::limit_exceeded, "A path has at most " + std::to_string(hops_max) + " edges.", span);
    return static_cast<size_t>(*number);
  }

  Result<size_t> add_variable(std::string_view name, bool is_edge, bool is_path) {
    names_.push_back(name);
    node_.variables.push_back({is_edge, is_path, 0});
    return names_.size() - 1;
  }

  void lay_out() {
    for (size_t i = 0; i < node_.variables.size(); ++i) {
      GraphMatchNode::Variable& variable = node_.variables[i];
      variable.first_column = columns_;
      if (variable.is_path) continue;
      const Schema& columns = variable.is_edge ? graph_.edge_properties : graph_.properties;
      if (!names_[i].empty()) qualifiers_.push_back({names_[i], &columns, columns_});
      columns_ += columns.size();
    }
  }

  Binding& binding_;
  const GraphNode& graph_;
  GraphMatchNode& node_;
  const Schema no_columns_;
  std::vector<std::string_view> names_;
  std::vector<Qualifier> qualifiers_;
  GraphSink* sink_ = nullptr;
  size_t columns_ = 0;
};

Status bind_conditions(Binding& binding, const Rows& rows, const ast::Expr& where, GraphMatchNode& node) {
  if (const auto* logical = where.try_as<ast::Logical>(); logical != nullptr && logical->is_and) {
    for (const ast::Expr* operand : logical->operands) TRY(bind_conditions(binding, rows, *operand, node));
    return {};
  }
  rows.graph->path_properties.clear();
  BoundExpression condition = TRY(bind_typed(binding, rows, where, Type::bool_, "The condition of a pattern"));
  if (!rows.graph->path_properties.empty()) condition = TRY(over_all_edges(*rows.graph, std::move(condition)));
  node.conditions.push_back(std::move(condition));
  return {};
}

bool uses_map(const BoundExpression& value, const GraphSink& sink) {
  if (value.kind == ExpressionKind::column)
    return value.column >= sink.first_column &&
           sink.computed[value.column - sink.first_column].kind == GraphMatchNode::Computed::Kind::map;
  return std::any_of(value.arguments.begin(), value.arguments.end(),
                     [&](const BoundExpression& argument) { return uses_map(argument, sink); });
}

// Texts that are made of what map() gives are dynamic: the engine answers strcat_array(map(…), …) so.
Status type_like_engine(Binding& binding, BoundExpression& value, const GraphSink& sink) {
  if (value.type != Type::string || !uses_map(value, sink)) return {};
  const auto span = value.span;
  std::vector<BoundExpression> arguments;
  arguments.push_back(std::move(value));
  value = TRY(make_call(binding, "$dynamic", std::move(arguments), span));
  return {};
}

template <ast::OperatorKind Kind>
Result<PlanPtr> bind_patterns(Binding& binding, const ast::GraphPatterns<Kind>& op, PlanPtr input,
                              std::unique_ptr<GraphMatchNode> node) {
  const GraphNode& graph = *TRY(graph_of(binding, *input, op.keyword.span));
  node->sources = graph.sources, node->targets = graph.targets;
  node->keys = graph.keys();
  PatternBinder pattern(binding, graph, *node);
  TRY(pattern.bind(op.patterns));
  GraphSink sink = pattern.sink();
  pattern.use(sink);
  const Rows rows = pattern.rows();
  if (op.where != nullptr) {
    sink.is_condition = true;
    TRY(bind_conditions(binding, rows, *op.where, *node));
    sink.is_condition = false;
  }
  if (op.project.empty()) return not_supported(quoted(op.keyword.text) + " without 'project'", op.keyword.span);
  Projection projection(Projection::Style::project);
  for (const ast::NamedExpr& item : op.project) TRY(projection.add_item(binding, rows, item));
  for (Projected& column : projection.take()) {
    TRY(type_like_engine(binding, column.value, sink));
    node->output.push_back({std::move(column.name), column.value.type});
    node->expressions.push_back(std::move(column.value));
  }
  node->computed = std::move(sink.computed);
  node->inputs.push_back(TRY(read_subplan(binding, graph.nodes, op.span)));
  node->inputs.push_back(TRY(read_subplan(binding, graph.edges, op.span)));
  return node;
}

}  // namespace

Result<PlanPtr> bind_graph_match(Binding& binding, const ast::GraphMatch& op, PlanPtr input) {
  TRY(check_options(op, {"cycles"}));
  auto node = make_node<GraphMatchNode>(op.span);
  const std::string_view cycles = op.option_text("cycles");
  if (cycles == "all")
    node->cycles = Cycles::all;
  else if (cycles == "none")
    node->cycles = Cycles::none;
  else if (op.option("cycles") && cycles != "unique_edges")
    return semantic_error("'cycles' is all, none or unique_edges.", op.keyword.span);
  return bind_patterns(binding, op, std::move(input), std::move(node));
}

Result<PlanPtr> bind_graph_shortest_paths(Binding& binding, const ast::GraphShortestPaths& op, PlanPtr input) {
  TRY(check_options(op, {"output"}));
  auto node = make_node<GraphMatchNode>(op.span);
  const std::string_view output = op.option_text("output");
  if (op.option("output") && output != "any" && output != "all")
    return semantic_error("'output' is any or all.", op.keyword.span);
  node->paths = output == "all" ? GraphPaths::all_shortest : GraphPaths::shortest;
  if (op.patterns.size() != 1 || op.patterns[0].steps.size() != 3 || op.patterns[0].steps[1].range_from == nullptr)
    return not_supported("A pattern other than (a)-[e*n..m]->(b) in 'graph-shortest-paths'", op.keyword.span);
  return bind_patterns(binding, op, std::move(input), std::move(node));
}

}  // namespace vedette::kql
