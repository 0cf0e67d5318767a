#include <algorithm>

#include "optimizer.h"
#include "plan_walk.h"
#include "pruner.h"

namespace vedette::kql {
namespace {

using columnar::Schema;
using Needed = Pruner::Needed;
using Places = Pruner::Places;

constexpr size_t gone = Pruner::gone;

size_t cheapest_column(const Schema& columns) {
  const auto fixed = [](const columnar::Column& column) {
    return column.type != Type::string && column.type != Type::dynamic;
  };
  const auto found = std::find_if(columns.begin(), columns.end(), fixed);
  return found == columns.end() ? 0 : static_cast<size_t>(found - columns.begin());
}

PlanPtr projected(PlanPtr input, const Places& moved, const Needed& needed, const Schema& output) {
  auto node = std::make_unique<ProjectNode>();
  node->span = input->span;
  node->output = output;
  for (size_t i = 0; i < moved.size(); ++i)
    if (needed[i]) node->expressions.push_back(column_expression(moved[i], input->output[moved[i]].type));
  node->inputs.push_back(std::move(input));
  return node;
}

}  // namespace

Needed all_of(const PlanNode& node) { return Needed(node.output.size(), true); }

Places unchanged(const PlanNode& node) {
  Places places(node.output.size());
  for (size_t i = 0; i < places.size(); ++i) places[i] = i;
  return places;
}

void need(Needed& needed, BoundExpression& expression) {
  for_each_part(expression, [&](BoundExpression& part) {
    if (part.kind == ExpressionKind::column) needed[part.column] = true;
  });
}

void move_columns(BoundExpression& expression, const Places& places) {
  for_each_part(expression, [&](BoundExpression& part) {
    if (part.kind == ExpressionKind::column) part.column = places[part.column];
  });
}

Pruner::Pruner(BoundQuery& query) : query_(query) {
  for (const Subplan& subplan : query.subplans) read_.emplace_back(subplan.plan->output.size(), false);
}

void Pruner::run() {
  prune_exactly(query_.root, all_of(*query_.root));
  for (size_t i = query_.subplans.size(); i-- > 0;) prune_exactly(query_.subplans[i].plan, read_[i]);
}

void Pruner::prune_exactly(PlanPtr& plan, const Needed& needed) {
  const Schema schema = plan->output;
  const Places places = prune(*plan, needed);
  bool same = plan->output.size() == schema.size();
  for (size_t i = 0; same && i < places.size(); ++i) same = places[i] == i;
  if (same) return;
  auto node = std::make_unique<ProjectNode>();
  node->span = plan->span;
  node->output = schema;
  for (size_t i = 0; i < schema.size(); ++i)
    node->expressions.push_back(places[i] == gone ? constant_expression(columnar::constant_null(schema[i].type))
                                                  : column_expression(places[i], schema[i].type));
  node->inputs.push_back(std::move(plan));
  plan = std::move(node);
}

Pruner::Places Pruner::prune(PlanNode& node, Needed needed) {
  note_subqueries(node);
  switch (node.kind) {
    case NodeKind::scan:
      return prune_scan(static_cast<ScanNode&>(node), std::move(needed));
    case NodeKind::subplan:
      return note_reader(static_cast<SubplanNode&>(node), needed);
    case NodeKind::apply_input:
      return prune_leaf(node, needed);
    case NodeKind::project:
      return prune_project(static_cast<ProjectNode&>(node), needed);
    case NodeKind::summarize:
      return prune_summarize(static_cast<SummarizeNode&>(node), std::move(needed));
    case NodeKind::filter:
    case NodeKind::sort:
    case NodeKind::top:
    case NodeKind::take:
    case NodeKind::sample:
    case NodeKind::serialize:
      return prune_through(node, std::move(needed));
    case NodeKind::window:
    case NodeKind::parse_kv:
      return prune_appending(node, needed, {});
    case NodeKind::parse:
      return prune_parse(static_cast<ParseNode&>(node), needed);
    case NodeKind::join:
      return prune_join(static_cast<JoinNode&>(node), needed);
    case NodeKind::set_union:
      return prune_union(static_cast<UnionNode&>(node), needed);
    case NodeKind::mv_expand:
      return prune_mv_expand(static_cast<MvExpandNode&>(node), std::move(needed));
    case NodeKind::mv_apply:
      return prune_mv_apply(static_cast<MvApplyNode&>(node), needed);
    case NodeKind::count:
    case NodeKind::make_series:
      return prune_consuming(node);
    case NodeKind::values:
    case NodeKind::range:
      return unchanged(node);
    case NodeKind::distinct:
    case NodeKind::partition:
    case NodeKind::step_scan:
    case NodeKind::graph:
    case NodeKind::graph_match:
    case NodeKind::graph_components:
    case NodeKind::reduce:
    case NodeKind::patterns:
      for (PlanPtr& input : node.inputs) prune_exactly(input, all_of(*input));
      if (node.kind == NodeKind::partition) prune_applied(*static_cast<PartitionNode&>(node).subplan);
      return unchanged(node);
  }
  return unchanged(node);
}

void Pruner::note_subqueries(PlanNode& node) {
  for_each_expression(node, [&](BoundExpression& expression) {
    for_each_part(expression, [&](BoundExpression& part) {
      if (part.kind == ExpressionKind::subquery) read_[part.subplan][0] = true;
    });
  });
}

Pruner::Places Pruner::note_reader(SubplanNode& node, const Needed& needed) {
  for (size_t i = 0; i < needed.size(); ++i)
    if (needed[i]) read_[node.index][i] = true;
  return unchanged(node);
}

Pruner::Places Pruner::prune_scan(ScanNode& scan, Needed needed) {
  if (std::find(needed.begin(), needed.end(), true) == needed.end() && !needed.empty())
    needed[cheapest_column(scan.output)] = true;
  std::vector<size_t> columns;
  Places places(scan.output.size(), gone), request(scan.output.size(), gone);
  Schema output;
  for (size_t i = 0; i < needed.size(); ++i) {
    if (!needed[i]) continue;
    places[i] = request[i] = columns.size();
    columns.push_back(scan.request.columns[i]);
    output.push_back(scan.output[i]);
  }
  if (scan.condition) {
    Needed read(scan.output.size(), false);
    need(read, *scan.condition);
    for (size_t i = 0; i < read.size(); ++i) {
      if (!read[i] || request[i] != gone) continue;
      request[i] = columns.size();
      columns.push_back(scan.request.columns[i]);
    }
    move_columns(*scan.condition, request);
  }
  scan.request.columns = std::move(columns);
  scan.output = std::move(output);
  return places;
}

Pruner::Places Pruner::prune_project(ProjectNode& node, const Needed& needed) {
  keep(node.expressions, needed);
  const Places places = keep(node.output, needed);
  read_input(node);
  return places;
}

void Pruner::read_input(PlanNode& node) {
  Needed input(node.inputs[0]->output.size(), false);
  for_each_input_expression(node, [&](BoundExpression& expression) { need(input, expression); });
  const Places moved = prune(*node.inputs[0], std::move(input));
  for_each_input_expression(node, [&](BoundExpression& expression) { move_columns(expression, moved); });
}

Pruner::Places Pruner::prune_consuming(PlanNode& node) {
  read_input(node);
  return unchanged(node);
}

Pruner::Places Pruner::prune_summarize(SummarizeNode& node, Needed needed) {
  Needed calls(node.aggregates.size(), false);
  std::fill_n(needed.begin(), node.keys.size(), true);
  size_t at = node.keys.size();
  for (size_t i = 0; i < calls.size(); ++i) {
    const size_t end = at + node.aggregates[i].bound.result_types.size();
    calls[i] =
        std::find(needed.begin() + static_cast<std::ptrdiff_t>(at), needed.begin() + static_cast<std::ptrdiff_t>(end),
                  true) != needed.begin() + static_cast<std::ptrdiff_t>(end);
    for (; at < end; ++at) needed[at] = calls[i];
  }
  keep(node.aggregates, calls);
  const Places places = keep(node.output, needed);
  read_input(node);
  return places;
}

Pruner::Places Pruner::prune_through(PlanNode& node, Needed needed) {
  for_each_expression(node, [&](BoundExpression& expression) { need(needed, expression); });
  const Places places = prune(*node.inputs[0], std::move(needed));
  for_each_expression(node, [&](BoundExpression& expression) { move_columns(expression, places); });
  node.output = node.inputs[0]->output;
  return places;
}

Pruner::Places Pruner::prune_join(JoinNode& node, const Needed& needed) {
  keep(node.outputs, needed);
  const Places places = keep(node.output, needed);
  Needed left(node.inputs[0]->output.size(), false), right(node.inputs[1]->output.size(), false);
  for (const JoinKey& key : node.keys) left[key.left] = right[key.right] = true;
  for (const JoinOutput& output : node.outputs) (output.side == JoinSide::left ? left : right)[output.column] = true;
  const Places moved_left = prune(*node.inputs[0], std::move(left));
  const Places moved_right = prune(*node.inputs[1], std::move(right));
  for (JoinKey& key : node.keys) key = {moved_left[key.left], moved_right[key.right]};
  for (JoinOutput& output : node.outputs)
    output.column = (output.side == JoinSide::left ? moved_left : moved_right)[output.column];
  return places;
}

Pruner::Places Pruner::prune_union(UnionNode& node, const Needed& needed) {
  const Places places = keep(node.output, needed);
  for (PlanPtr& input : node.inputs) {
    const Places moved = prune(*input, needed);
    bool same = input->output.size() == node.output.size();
    for (size_t i = 0; same && i < moved.size(); ++i) same = moved[i] == places[i];
    if (!same) input = projected(std::move(input), moved, needed, node.output);
  }
  return places;
}

void prune_columns(BoundQuery& query) { Pruner(query).run(); }

}  // namespace vedette::kql
