#include "graph_calls.h"

#include <algorithm>

#include "plan_walk.h"

namespace vedette::kql {
namespace {

using Computed = GraphMatchNode::Computed;

Result<size_t> variable_of(const GraphSink& sink, const ast::Expr& expr) {
  const auto* name = expr.try_as<ast::NameRef>();
  if (name == nullptr) return semantic_error("A variable of the pattern is expected.", expr.span);
  const auto found = std::find(sink.names.begin(), sink.names.end(), name->name.text);
  if (found == sink.names.end())
    return semantic_error("The pattern has no variable " + quoted(name->name.text) + ".", expr.span);
  return static_cast<size_t>(found - sink.names.begin());
}

// e, or inner_nodes(e).
Status bind_elements(const GraphSink& sink, const ast::Expr& expr, Computed& out) {
  const auto* call = expr.try_as<ast::Call>();
  out.inner_nodes = call != nullptr && call->name.text == "inner_nodes" && call->arguments.size() == 1;
  out.variable = TRY(variable_of(sink, out.inner_nodes ? *call->arguments[0].expr : expr));
  if (!(*sink.variables)[out.variable].is_edge) return semantic_error("An edge of the pattern is expected.", expr.span);
  return {};
}

BoundExpression computed_column(GraphSink& sink, Computed computed, Type type, SourceSpan span) {
  sink.computed.push_back(std::move(computed));
  return column_expression(sink.first_column + sink.computed.size() - 1, type, span);
}

Result<BoundExpression> bind_over_elements(Binding& binding, GraphSink& sink, const ast::Call& call,
                                           Computed::Kind kind) {
  if (call.arguments.size() != 2)
    return semantic_error(quoted(call.name.text) + " takes an edge and an expression over its elements.", call.span);
  Computed computed;
  computed.kind = kind;
  TRY(bind_elements(sink, *call.arguments[0].expr, computed));
  const Schema& columns = computed.inner_nodes ? sink.graph->properties : sink.graph->edge_properties;
  GraphSink inner;
  inner.is_of_inner_nodes = computed.inner_nodes;
  inner.first_column = columns.size();
  const Rows element{&columns, true, nullptr, nullptr, nullptr, computed.inner_nodes ? &inner : nullptr};
  const bool maps = kind == Computed::Kind::map;
  computed.value = maps ? TRY(bind_expression(binding, element, *call.arguments[1].expr))
                        : TRY(bind_typed(binding, element, *call.arguments[1].expr, Type::bool_, "The condition"));
  return computed_column(sink, std::move(computed), maps ? Type::dynamic : Type::bool_, call.span);
}

// Degrees and id: in the order of the columns that an inner node has after its properties.
constexpr std::pair<std::string_view, Computed::Kind> node_calls[] = {{"node_degree_in", Computed::Kind::degree_in},
                                                                      {"node_degree_out", Computed::Kind::degree_out},
                                                                      {"node_id", Computed::Kind::node_id}};

constexpr std::pair<std::string_view, Computed::Kind> element_calls[] = {
    {"all", Computed::Kind::all}, {"any", Computed::Kind::any}, {"map", Computed::Kind::map}};

Type type_of(Computed::Kind kind) { return kind == Computed::Kind::node_id ? Type::string : Type::long_; }

Result<BoundExpression> bind_node_call(GraphSink& sink, const ast::Call& call, size_t index) {
  const Computed::Kind kind = node_calls[index].second;
  if (sink.is_of_inner_nodes) {
    if (call.arguments.empty()) return column_expression(sink.first_column + index, type_of(kind), call.span);
    return semantic_error(quoted(call.name.text) + " of an inner node takes no argument.", call.span);
  }
  if (call.arguments.size() != 1) return semantic_error(quoted(call.name.text) + " takes a node.", call.span);
  Computed computed;
  computed.kind = kind;
  computed.variable = TRY(variable_of(sink, *call.arguments[0].expr));
  computed.value = null_constant(type_of(kind));
  if ((*sink.variables)[computed.variable].is_edge)
    return semantic_error("A node of the pattern is expected.", call.arguments[0].span);
  return computed_column(sink, std::move(computed), type_of(kind), call.span);
}

}  // namespace

std::vector<std::string_view> graph_call_names() {
  std::vector<std::string_view> names{"inner_nodes"};
  for (const auto& [name, kind] : element_calls) names.push_back(name);
  for (const auto& [name, kind] : node_calls) names.push_back(name);
  return names;
}

std::optional<Result<BoundExpression>> bind_graph_variable(Binding& binding, const Rows& rows, const ast::Name& name) {
  GraphSink& sink = *rows.graph;
  const auto found = std::find(sink.names.begin(), sink.names.end(), name.text);
  if (name.text.empty() || found == sink.names.end()) return std::nullopt;
  const auto index = static_cast<size_t>(found - sink.names.begin());
  const GraphMatchNode::Variable& variable = (*sink.variables)[index];
  const Schema& properties = variable.is_edge ? sink.graph->edge_properties : sink.graph->properties;
  if (!variable.is_path) return pack_columns(binding, properties, variable.first_column, name.span);
  Computed computed;
  computed.kind = Computed::Kind::map;
  computed.variable = index;
  auto bag = pack_columns(binding, properties, 0, name.span);
  if (!bag) return std::move(bag).error();
  computed.value = std::move(*bag);
  return computed_column(sink, std::move(computed), Type::dynamic, name.span);
}

std::optional<Result<BoundExpression>> bind_path_property(const Rows& rows, const ast::Member& member) {
  const auto* target = member.target->try_as<ast::NameRef>();
  if (target == nullptr || rows.graph == nullptr || rows.graph->variables == nullptr) return std::nullopt;
  GraphSink& sink = *rows.graph;
  const auto found = std::find(sink.names.begin(), sink.names.end(), target->name.text);
  if (found == sink.names.end()) return std::nullopt;
  const auto index = static_cast<size_t>(found - sink.names.begin());
  if (!(*sink.variables)[index].is_path) return std::nullopt;
  const Schema& properties = sink.graph->edge_properties;
  const auto column = columnar::find_column(properties, member.name.text);
  if (!column)
    return semantic_error(quoted(target->name.text) + " has no column " + quoted(member.name.text) + ".",
                          member.name.span);
  const Type type = properties[*column].type;
  Computed computed;
  computed.kind = Computed::Kind::map;
  computed.variable = index;
  computed.value = column_expression(*column, type, member.span);
  if (!sink.is_condition) return computed_column(sink, std::move(computed), Type::dynamic, member.span);
  sink.path_properties.push_back(sink.computed.size());
  return computed_column(sink, std::move(computed), type, member.span);
}

Result<BoundExpression> over_all_edges(GraphSink& sink, BoundExpression condition) {
  const auto& properties = sink.path_properties;
  const SourceSpan span = condition.span;
  Computed all;
  all.kind = Computed::Kind::all;
  all.variable = sink.computed[properties.front()].variable;
  bool reads_else = false;
  for_each_part(condition, [&](BoundExpression& part) {
    if (part.kind != ExpressionKind::column) return;
    const size_t index = part.column - sink.first_column;  // huge where the column is of a node or an edge
    reads_else = reads_else || std::find(properties.begin(), properties.end(), index) == properties.end() ||
                 sink.computed[index].variable != all.variable;
    if (!reads_else) part.column = sink.computed[index].value.column;
  });
  if (reads_else) return not_supported("A condition of a path's edges and of something else", span);
  all.value = std::move(condition);
  return computed_column(sink, std::move(all), Type::bool_, span);
}

std::optional<Result<BoundExpression>> bind_graph_call(Binding& binding, const Rows& rows, const ast::Call& call) {
  GraphSink& sink = *rows.graph;
  const std::string_view name = call.name.text;
  for (size_t i = 0; i < std::size(node_calls); ++i)
    if (name == node_calls[i].first) return bind_node_call(sink, call, i);
  if (sink.is_of_inner_nodes) return std::nullopt;
  for (const auto& [known, kind] : element_calls)
    if (name == known) return bind_over_elements(binding, sink, call, kind);
  if (name == "inner_nodes")
    return Result<BoundExpression>(semantic_error("inner_nodes() stands in all(), any() or map().", call.span));
  if (name == "labels")
    return Result<BoundExpression>(not_supported("The graph function " + quoted(name), call.name.span));
  return std::nullopt;
}

}  // namespace vedette::kql
