// make-graph and what turns graphs into graphs or tables. Source: kusto/query: make-graph-operator and its neighbours.
//
// A graph is two subplans. Its nodes are those of the node tables, one a key, and one for each other key that an edge
// names, with its key column alone. Partitioned graphs have the partition's value as a second key, so that each part
// stays among itself.
#include "inner_text.h"
#include "operators.h"
#include "united.h"

namespace vedette::kql {
namespace {

// Names of the key columns of the nodes' subplan.
constexpr std::string_view key_names[] = {"__id", "__part"};

std::string key_list(size_t keys) { return keys == 1 ? "__id" : "__id, __part"; }

Result<size_t> column_of(const Binding& binding, const Schema& columns, const ast::Name& name) {
  const auto found = columnar::find_column(columns, name.text);
  if (!found) return unknown_name(binding, Rows{&columns, true, nullptr, nullptr}, name);
  return *found;
}

std::unique_ptr<GraphNode> copy_of(const GraphNode& graph, SourceSpan span) {
  auto copy = make_node<GraphNode>(span);
  copy->nodes = graph.nodes, copy->edges = graph.edges;
  copy->sources = graph.sources, copy->targets = graph.targets;
  copy->properties = graph.properties, copy->edge_properties = graph.edge_properties;
  copy->directed = graph.directed;
  return copy;
}

Schema without_keys(const Schema& nodes, size_t keys) {
  return Schema(nodes.begin() + static_cast<std::ptrdiff_t>(keys), nodes.end());
}

// The rows of a node table with the key columns before its own, one a key.
Result<PlanPtr> keyed_nodes(Binding& binding, const ast::MakeGraph::Nodes& nodes, Type key_type, const ast::Name* part,
                            Type part_type) {
  PlanPtr plan = TRY(bind_tabular(binding, *nodes.table));
  std::vector<Projected> columns;
  const auto add_key = [&](const ast::Name& name, Type type, std::string_view as) -> Status {
    const size_t at = TRY(column_of(binding, plan->output, name));
    if (plan->output[at].type != type)
      return semantic_error("The nodes' column " + quoted(name.text) + " must be a " +
                                std::string(columnar::to_string(type)) + ", as the edges' is.",
                            name.span);
    columns.push_back({std::string(as), column_expression(at, type, name.span)});
    return {};
  };
  TRY(add_key(nodes.key, key_type, key_names[0]));
  if (part != nullptr) TRY(add_key(*part, part_type, key_names[1]));
  for (size_t i = 0; i < plan->output.size(); ++i)
    columns.push_back({plan->output[i].name, column_expression(i, plan->output[i].type)});
  const size_t keys = part == nullptr ? 1 : 2;
  InnerText text(binding, "make-graph", nodes.key.span);
  TRY(text.add_rows("__N", TRY(project(binding, std::move(plan), std::move(columns), nodes.key.span))));
  return text.bind("__N | where isnotnull(__id) | summarize take_any(*) by " + key_list(keys));
}

// The nodes of all tables, one a key. Of a key that several tables have, the properties are merged; where they conflict
// the documentation has "one of the values" chosen. take_any() of one column passes over nulls and empty texts, and
// meets the first table first.
Result<PlanPtr> merged_nodes(Binding& binding, std::vector<Leg> tables, size_t keys, SourceSpan span) {
  const bool is_one = tables.size() == 1;
  PlanPtr all = TRY(unite(binding, std::move(tables), CommonColumns::outer, "", span));
  if (is_one) return all;
  std::vector<std::string> names, values;
  for (const columnar::Column& column : without_keys(all->output, keys)) {
    names.push_back(column.name);
    values.push_back("take_any(" + column_text(column.name) + ")");
  }
  InnerText text(binding, "make-graph", span);
  TRY(text.add_rows("__N", std::move(all)));
  return text.bind("__N | summarize " + assignments_text(names, values) + " by " + key_list(keys));
}

// The nodes of the tables, and those that edges alone name.
Result<PlanPtr> all_nodes(Binding& binding, const GraphNode& graph, const ast::MakeGraph& op, std::vector<Leg> tables,
                          SourceSpan span) {
  const std::string keys = key_list(graph.keys());
  const Schema& edges = binding.subplans[graph.edges].plan->output;
  const auto ends = [&](const std::vector<size_t>& columns) {
    std::string out = "(__E | project __id = " + column_text(edges[columns[0]].name);
    if (columns.size() > 1) out += ", __part = " + column_text(edges[columns[1]].name);
    return out + ")";
  };
  InnerText text(binding, "make-graph", span);
  TRY(text.add_rows("__E", TRY(read_subplan(binding, graph.edges, span))));
  std::string said = "let ids = union " + ends(graph.sources) + ", " + ends(graph.targets) +
                     " | where isnotnull(__id) | distinct " + keys + ";";
  if (tables.empty()) {
    said += " ids";
    if (!op.node_id.empty()) said += " | extend " + column_text(op.node_id.text) + " = __id";
    return text.bind(said);
  }
  TRY(text.add_rows("__N", TRY(merged_nodes(binding, std::move(tables), graph.keys(), span))));
  said += " union __N, (ids | join kind=leftanti __N on " + keys;
  for (const ast::MakeGraph::Nodes& nodes : op.nodes) said += " | extend " + column_text(nodes.key.text) + " = __id";
  said += ")";
  return text.bind(said);
}

// A graph's part as rows with one name a column, so that a text can speak of them.
Result<PlanPtr> edges_with_ends(Binding& binding, const GraphNode& graph, size_t nodes, SourceSpan span) {
  const Schema& edges = binding.subplans[graph.edges].plan->output;
  InnerText text(binding, "graph-where-nodes", span);
  TRY(text.add_rows("__E", TRY(read_subplan(binding, graph.edges, span))));
  TRY(text.add_rows("__N", TRY(read_subplan(binding, nodes, span))));
  const auto joined = [&](const std::vector<size_t>& columns) {
    std::string on;
    for (size_t i = 0; i < columns.size(); ++i)
      on += (i > 0 ? ", $left." : "$left.") + column_text(edges[columns[i]].name) + " == $right." +
            std::string(key_names[i]);
    return " | join kind=leftsemi (__N | project " + key_list(graph.keys()) + ") on " + on;
  };
  return text.bind("__E" + joined(graph.sources) + joined(graph.targets));
}

}  // namespace

Result<const GraphNode*> graph_of(const Binding& binding, const PlanNode& plan, SourceSpan span) {
  const PlanNode* at = &plan;
  if (at->kind == NodeKind::subplan) at = binding.subplans[static_cast<const SubplanNode*>(at)->index].plan.get();
  if (at->kind == NodeKind::graph) return static_cast<const GraphNode*>(at);
  return semantic_error("A graph is needed here; see make-graph.", span);
}

Result<PlanPtr> bind_make_graph(Binding& binding, const ast::MakeGraph& op, PlanPtr input) {
  TRY(check_options(op, {}));
  auto graph = make_node<GraphNode>(op.span);
  graph->directed = op.directed;
  graph->edge_properties = input->output;
  graph->sources = {TRY(column_of(binding, input->output, op.source))};
  graph->targets = {TRY(column_of(binding, input->output, op.target))};
  const Type type = input->output[graph->sources[0]].type;
  if (type != input->output[graph->targets[0]].type || type == Type::dynamic)
    return semantic_error("The ends of an edge must have one type, which is not dynamic.", op.target.span);
  const ast::Name* part = nullptr;
  Type part_type = Type::string;
  if (op.partitioned_by != nullptr) {
    part = &op.partitioned_by->as<ast::NameRef>().name;
    const size_t column = TRY(column_of(binding, input->output, *part));
    part_type = input->output[column].type;
    graph->sources.push_back(column), graph->targets.push_back(column);
  }
  graph->edges = TRY(subplan_of(binding, std::move(input), op.span));
  std::vector<Leg> tables;
  for (const ast::MakeGraph::Nodes& nodes : op.nodes)
    tables.push_back({TRY(keyed_nodes(binding, nodes, type, part, part_type)), ""});
  PlanPtr nodes = TRY(all_nodes(binding, *graph, op, std::move(tables), op.span));
  graph->properties = without_keys(nodes->output, graph->keys());
  graph->nodes = TRY(subplan_of(binding, std::move(nodes), op.span));
  if (op.partition_body == nullptr) return graph;
  return bind_pipe_over(binding, *op.partition_body, std::move(graph));
}

Result<PlanPtr> bind_graph_where_nodes(Binding& binding, const ast::GraphWhereNodes& op, PlanPtr input) {
  auto graph = copy_of(*TRY(graph_of(binding, *input, op.keyword.span)), op.span);
  PlanPtr nodes = TRY(read_subplan(binding, graph->nodes, op.span));
  const Schema columns = nodes->output;
  auto filter = make_node<FilterNode>(op.span, std::move(nodes));
  filter->condition = TRY(bind_typed(binding, Rows{&columns, true, nullptr, nullptr}, *op.predicate, Type::bool_,
                                     "The predicate of 'graph-where-nodes'"));
  graph->nodes = TRY(subplan_of(binding, std::move(filter), op.span));
  graph->edges = TRY(subplan_of(binding, TRY(edges_with_ends(binding, *graph, graph->nodes, op.span)), op.span));
  return graph;
}

Result<PlanPtr> bind_graph_where_edges(Binding& binding, const ast::GraphWhereEdges& op, PlanPtr input) {
  auto graph = copy_of(*TRY(graph_of(binding, *input, op.keyword.span)), op.span);
  PlanPtr edges = TRY(read_subplan(binding, graph->edges, op.span));
  const Schema columns = edges->output;
  auto filter = make_node<FilterNode>(op.span, std::move(edges));
  filter->condition = TRY(bind_typed(binding, Rows{&columns, true, nullptr, nullptr}, *op.predicate, Type::bool_,
                                     "The predicate of 'graph-where-edges'"));
  graph->edges = TRY(subplan_of(binding, std::move(filter), op.span));
  return graph;
}

Result<PlanPtr> bind_graph_mark_components(Binding& binding, const ast::GraphMarkComponents& op, PlanPtr input) {
  TRY(check_options(op, {"kind", "with_component_id"}));
  auto graph = copy_of(*TRY(graph_of(binding, *input, op.keyword.span)), op.span);
  if (graph->keys() > 1) return not_supported("'graph-mark-components' of a partitioned graph", op.keyword.span);
  const std::string_view kind = op.option_text("kind");
  if (op.option("kind") && kind != "weak" && kind != "strong")
    return semantic_error("There is no kind " + quoted(kind) + " of components.", op.keyword.span);
  auto node = make_node<GraphComponentsNode>(op.span);
  node->strong = kind == "strong";
  node->sources = graph->sources, node->targets = graph->targets;
  node->inputs.push_back(TRY(read_subplan(binding, graph->nodes, op.span)));
  node->inputs.push_back(TRY(read_subplan(binding, graph->edges, op.span)));
  node->output = node->inputs[0]->output;
  const std::string_view name = op.option_text("with_component_id");
  node->output.push_back({std::string(name.empty() ? "ComponentId" : name), Type::long_});
  graph->properties = without_keys(node->output, 1);
  graph->nodes = TRY(subplan_of(binding, std::move(node), op.span));
  return graph;
}

// One of the graph's two tables. Ids are hashes of the keys' texts.
Result<PlanPtr> bind_graph_to_table(Binding& binding, const ast::GraphToTable& op, PlanPtr input) {
  const GraphNode& graph = *TRY(graph_of(binding, *input, op.keyword.span));
  if (op.outputs.size() != 1) return not_supported("More than one table of 'graph-to-table'", op.keyword.span);
  const ast::GraphToTable::Output& output = op.outputs[0];
  PlanPtr plan = TRY(read_subplan(binding, output.nodes ? graph.nodes : graph.edges, op.span));
  std::vector<Projected> columns;
  const auto add_id = [&](const ast::Option& option, size_t key) -> Status {
    const auto* name = option.value ? option.value->try_as<ast::NameRef>() : nullptr;
    if (name == nullptr) return semantic_error("A name is expected.", option.name.span);
    if (graph.keys() > 1) return not_supported("Ids of a partitioned graph", option.name.span);
    std::vector<BoundExpression> text;
    text.push_back(TRY(converted(binding, column_expression(key, plan->output[key].type), Type::string)));
    columns.push_back(
        {std::string(name->name.text), TRY(make_call(binding, "hash_xxhash64", std::move(text), option.name.span))});
    return {};
  };
  for (const ast::Option& option : output.options) {
    const std::string_view name = option.name.text;
    if ((name == "with_node_id") != output.nodes)
      return semantic_error(quoted(name) + " does not belong here.", option.name.span);
    TRY(add_id(option, output.nodes ? 0 : name == "with_source_id" ? graph.sources[0] : graph.targets[0]));
  }
  for (size_t i = output.nodes ? graph.keys() : 0; i < plan->output.size(); ++i)
    columns.push_back({plan->output[i].name, column_expression(i, plan->output[i].type)});
  return project(binding, std::move(plan), std::move(columns), op.span);
}

}  // namespace vedette::kql
