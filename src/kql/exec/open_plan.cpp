// From plan nodes to streams.
#include "operators.h"
#include "parallel.h"

namespace vedette::kql {
namespace {

template <class Node>
const Node& as(const PlanNode& node) {
  return static_cast<const Node&>(node);
}

base::Result<StreamPtr> open_leaf_node(const PlanNode& node, QueryContext& query, ApplyInput apply_input) {
  switch (node.kind) {
    case NodeKind::scan:
      return make_scan(as<ScanNode>(node), query);
    case NodeKind::values:
      return make_values(as<ValuesNode>(node), query);
    case NodeKind::range:
      return make_range(as<RangeNode>(node), query);
    case NodeKind::subplan:
      return make_subplan(as<SubplanNode>(node), query);
    case NodeKind::apply_input:
      if (!apply_input) return base::fail(base::ErrorCode::internal, "An apply input outside of an apply.");
      return make_apply_input(*apply_input, query);
    case NodeKind::graph:
      return base::fail(base::ErrorCode::semantic_error,
                        "Rows are needed where a graph stands; see graph-match and graph-to-table.");
    default:
      return base::fail(base::ErrorCode::internal, "A plan node without its input.");
  }
}

StreamPtr measured(const PlanNode& node, StreamPtr stream, QueryContext& query) {
  return query.costs ? query.costs->measured(node, std::move(stream)) : std::move(stream);
}

base::Result<StreamPtr> open_leaf(const PlanNode& node, QueryContext& query, ApplyInput apply_input) {
  return measured(node, TRY(open_leaf_node(node, query, apply_input)), query);
}

bool reads_with_threads(NodeKind kind) {
  return kind == NodeKind::summarize || kind == NodeKind::top || kind == NodeKind::count;
}

base::Result<StreamPtr> open_node(const PlanNode& node, std::vector<StreamPtr> inputs, QueryContext& query) {
  switch (node.kind) {
    case NodeKind::filter:
      return make_filter(as<FilterNode>(node), std::move(inputs[0]), query);
    case NodeKind::project:
      return make_project(as<ProjectNode>(node), std::move(inputs[0]), query);
    case NodeKind::summarize:
      return make_summarize(as<SummarizeNode>(node), std::move(inputs), query);
    case NodeKind::sort:
      return make_sort(as<SortNode>(node), std::move(inputs[0]), query);
    case NodeKind::top:
      return make_top(as<TopNode>(node), std::move(inputs), query);
    case NodeKind::take:
      return make_take(as<TakeNode>(node), std::move(inputs[0]), query);
    case NodeKind::sample:
      return make_sample(as<SampleNode>(node), std::move(inputs[0]), query);
    case NodeKind::count:
      return make_count(std::move(inputs), query);
    case NodeKind::distinct:
      return make_distinct(as<DistinctNode>(node), std::move(inputs[0]), query);
    case NodeKind::serialize:
      return std::move(inputs[0]);
    case NodeKind::window:
      return make_window(as<WindowNode>(node), std::move(inputs[0]), query);
    case NodeKind::set_union:
      return make_union(std::move(inputs));
    case NodeKind::mv_expand:
      return make_mv_expand(as<MvExpandNode>(node), std::move(inputs[0]), query);
    case NodeKind::mv_apply:
      return make_mv_apply(as<MvApplyNode>(node), std::move(inputs[0]), query);
    case NodeKind::partition:
      return make_partition(as<PartitionNode>(node), std::move(inputs[0]), query);
    case NodeKind::parse:
      return make_parse(as<ParseNode>(node), std::move(inputs[0]), query);
    case NodeKind::parse_kv:
      return make_parse_kv(as<ParseKvNode>(node), std::move(inputs[0]), query);
    case NodeKind::make_series:
      return make_make_series(as<MakeSeriesNode>(node), std::move(inputs[0]), query);
    case NodeKind::step_scan:
      return make_step_scan(as<StepScanNode>(node), std::move(inputs[0]), query);
    case NodeKind::graph_match:
      return make_graph_match(as<GraphMatchNode>(node), std::move(inputs), query);
    case NodeKind::graph_components:
      return make_graph_components(as<GraphComponentsNode>(node), std::move(inputs), query);
    case NodeKind::reduce:
      return make_reduce(as<ReduceNode>(node), std::move(inputs[0]), query);
    case NodeKind::patterns:
      return make_patterns(as<PatternsNode>(node), std::move(inputs[0]), query);
    case NodeKind::scan:
    case NodeKind::values:
    case NodeKind::range:
    case NodeKind::subplan:
    case NodeKind::apply_input:
    case NodeKind::join:
    case NodeKind::graph:
      break;
  }
  return base::fail(base::ErrorCode::internal, "A plan node that is opened in another way.");
}

}  // namespace

base::Result<StreamPtr> open_over(const PlanNode& node, std::vector<StreamPtr> inputs, QueryContext& query) {
  return measured(node, TRY(open_node(node, std::move(inputs), query)), query);
}

base::Result<StreamPtr> open_plan(const PlanNode& node, QueryContext& query, ApplyInput apply_input) {
  if (node.inputs.empty()) {
    if (node.kind == NodeKind::set_union) return make_union({});
    return open_leaf(node, query, apply_input);
  }
  if (node.kind == NodeKind::join) return std::move(TRY(open_join(as<JoinNode>(node), 1, query, apply_input))[0]);
  if (reads_with_threads(node.kind))
    return open_over(node, TRY(open_split(*node.inputs[0], query, apply_input)), query);
  std::vector<StreamPtr> inputs;
  for (const PlanPtr& input : node.inputs) inputs.push_back(TRY(open_plan(*input, query, apply_input)));
  return open_over(node, std::move(inputs), query);
}

}  // namespace vedette::kql
