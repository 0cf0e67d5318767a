#include "plan_walk.h"

namespace vedette::kql {
namespace {

using Visit = std::function<void(BoundExpression&)>;

void visit_all(std::vector<BoundExpression>& expressions, const Visit& visit) {
  for (BoundExpression& expression : expressions) visit(expression);
}
void visit_optional(std::optional<BoundExpression>& expression, const Visit& visit) {
  if (expression) visit(*expression);
}
void visit_keys(std::vector<SortExpression>& keys, const Visit& visit) {
  for (SortExpression& key : keys) visit(key.value);
}
void visit_summarize(SummarizeNode& node, const Visit& visit) {
  visit_all(node.keys, visit);
  for (AggregateCall& call : node.aggregates) visit_all(call.arguments, visit);
}
void visit_mv_expand(MvExpandNode& node, const Visit& visit) {
  for (MvExpansion& expansion : node.expansions) visit(expansion.value);
  visit_optional(node.row_limit, visit);
}
void visit_make_series(MakeSeriesNode& node, const Visit& visit) {
  visit_all(node.keys, visit);
  for (AggregateCall& call : node.aggregates) visit_all(call.arguments, visit);
  for (MakeSeriesNode::Series& series : node.series) visit(series.default_value);
  visit(node.axis);
  visit_optional(node.from, visit);
  visit_optional(node.to, visit);
  visit(node.step);
}

void visit_steps(StepScanNode& node, const Visit& visit) {
  for (StepScanNode::Step& step : node.steps) {
    visit(step.condition);
    for (StepScanNode::Assignment& assignment : step.assignments) visit(assignment.value);
  }
}
void visit_match(GraphMatchNode& node, const Visit& visit) {
  for (GraphMatchNode::Computed& computed : node.computed) visit(computed.value);
  visit_all(node.conditions, visit);
  visit_all(node.expressions, visit);
}

template <class Node>
std::unique_ptr<Node> same_shape(const Node& node) {
  auto copy = std::make_unique<Node>();
  copy->output = node.output;
  copy->span = node.span;
  for (const PlanPtr& input : node.inputs) copy->inputs.push_back(copy_light(*input));
  return copy;
}

}  // namespace

void for_each_expression(PlanNode& node, const Visit& visit) {
  for_each_input_expression(node, visit);
  if (node.kind == NodeKind::make_series)
    for (MakeSeriesNode::Series& series : static_cast<MakeSeriesNode&>(node).series) visit(series.value);
}

void for_each_input_expression(PlanNode& node, const Visit& visit) {
  switch (node.kind) {
    case NodeKind::scan:
      return visit_optional(static_cast<ScanNode&>(node).condition, visit);
    case NodeKind::range: {
      auto& range = static_cast<RangeNode&>(node);
      visit(range.from), visit(range.to), visit(range.step);
      return;
    }
    case NodeKind::filter:
      return visit(static_cast<FilterNode&>(node).condition);
    case NodeKind::project:
      return visit_all(static_cast<ProjectNode&>(node).expressions, visit);
    case NodeKind::summarize:
      return visit_summarize(static_cast<SummarizeNode&>(node), visit);
    case NodeKind::sort:
      return visit_keys(static_cast<SortNode&>(node).keys, visit);
    case NodeKind::top:
      visit(static_cast<TopNode&>(node).rows);
      return visit_keys(static_cast<TopNode&>(node).keys, visit);
    case NodeKind::take:
      return visit(static_cast<TakeNode&>(node).rows);
    case NodeKind::sample:
      return visit(static_cast<SampleNode&>(node).rows);
    case NodeKind::window:
      for (WindowCall& call : static_cast<WindowNode&>(node).calls) visit_all(call.arguments, visit);
      return;
    case NodeKind::mv_expand:
      return visit_mv_expand(static_cast<MvExpandNode&>(node), visit);
    case NodeKind::mv_apply:
      return visit_mv_expand(static_cast<MvExpandNode&>(*static_cast<MvApplyNode&>(node).expand), visit);
    case NodeKind::parse:
      return visit(static_cast<ParseNode&>(node).source);
    case NodeKind::parse_kv:
      return visit(static_cast<ParseKvNode&>(node).source);
    case NodeKind::make_series:
      return visit_make_series(static_cast<MakeSeriesNode&>(node), visit);
    case NodeKind::step_scan:
      return visit_steps(static_cast<StepScanNode&>(node), visit);
    case NodeKind::graph_match:
      return visit_match(static_cast<GraphMatchNode&>(node), visit);
    case NodeKind::values:
    case NodeKind::subplan:
    case NodeKind::apply_input:
    case NodeKind::count:
    case NodeKind::distinct:
    case NodeKind::serialize:
    case NodeKind::join:
    case NodeKind::set_union:
    case NodeKind::partition:
    case NodeKind::graph:
    case NodeKind::graph_components:
    case NodeKind::reduce:
    case NodeKind::patterns:
      return;
  }
}

void for_each_child(PlanNode& node, const std::function<void(PlanPtr&, bool applied)>& visit) {
  for (PlanPtr& input : node.inputs) visit(input, false);
  if (node.kind == NodeKind::mv_apply) visit(static_cast<MvApplyNode&>(node).subplan, true);
  if (node.kind == NodeKind::partition) visit(static_cast<PartitionNode&>(node).subplan, true);
}

void for_each_part(BoundExpression& expression, const Visit& visit) {
  visit(expression);
  for (BoundExpression& argument : expression.arguments) for_each_part(argument, visit);
}

bool is_light(const PlanNode& plan) {
  switch (plan.kind) {
    case NodeKind::scan:
    case NodeKind::values:
    case NodeKind::range:
    case NodeKind::subplan:
      return true;
    case NodeKind::filter:
    case NodeKind::project:
      return is_light(*plan.inputs[0]);
    default:
      return false;
  }
}

PlanPtr copy_light(const PlanNode& plan) {
  switch (plan.kind) {
    case NodeKind::scan: {
      const auto& scan = static_cast<const ScanNode&>(plan);
      auto copy = same_shape(scan);
      copy->table_name = scan.table_name;
      copy->table = scan.table;
      copy->request = scan.request;
      copy->condition = scan.condition;
      return copy;
    }
    case NodeKind::values: {
      auto copy = same_shape(static_cast<const ValuesNode&>(plan));
      copy->rows = static_cast<const ValuesNode&>(plan).rows;
      return copy;
    }
    case NodeKind::range: {
      const auto& range = static_cast<const RangeNode&>(plan);
      auto copy = same_shape(range);
      copy->from = range.from, copy->to = range.to, copy->step = range.step;
      return copy;
    }
    case NodeKind::subplan: {
      auto copy = same_shape(static_cast<const SubplanNode&>(plan));
      copy->index = static_cast<const SubplanNode&>(plan).index;
      return copy;
    }
    case NodeKind::filter: {
      auto copy = same_shape(static_cast<const FilterNode&>(plan));
      copy->condition = static_cast<const FilterNode&>(plan).condition;
      return copy;
    }
    case NodeKind::project: {
      auto copy = same_shape(static_cast<const ProjectNode&>(plan));
      copy->expressions = static_cast<const ProjectNode&>(plan).expressions;
      return copy;
    }
    default:
      return nullptr;
  }
}

size_t count_nodes(PlanNode& plan) {
  size_t count = 1;
  for_each_child(plan, [&](PlanPtr& child, bool) { count += count_nodes(*child); });
  return count;
}

}  // namespace vedette::kql
