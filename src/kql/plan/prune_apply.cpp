// Pruning of nodes that add columns to rows or apply a plan to each of them.
#include <algorithm>

#include "plan_walk.h"
#include "pruner.h"

namespace vedette::kql {
namespace {

using columnar::Schema;
using Needed = Pruner::Needed;
using Places = Pruner::Places;

// The columns an expansion makes, which stay in any case.
Needed made_by(const MvExpandNode& node) {
  Needed made(node.output.size(), false);
  for (const MvExpansion& expansion : node.expansions) made[expansion.output_column] = true;
  if (node.index_output_column) made[*node.index_output_column] = true;
  return made;
}

// Which of a row's columns are repeated, and where everything stands then.
Places narrow_expansion(MvExpandNode& node, Needed needed) {
  const Needed made = made_by(node);
  for (size_t i = 0; i < made.size(); ++i)
    if (made[i]) needed[i] = true;
  std::erase_if(node.carried, [&](const MvExpandNode::Carried& carried) { return !needed[carried.output_column]; });
  const Places places = keep(node.output, needed);
  for (MvExpansion& expansion : node.expansions) expansion.output_column = places[expansion.output_column];
  if (node.index_output_column) node.index_output_column = places[*node.index_output_column];
  for (MvExpandNode::Carried& carried : node.carried) carried.output_column = places[carried.output_column];
  return places;
}

void need_expansion(MvExpandNode& node, Needed& input) {
  for (const MvExpandNode::Carried& carried : node.carried) input[carried.input_column] = true;
  for_each_expression(node, [&](BoundExpression& expression) { need(input, expression); });
}

void move_expansion(MvExpandNode& node, const Places& places) {
  for (MvExpandNode::Carried& carried : node.carried) carried.input_column = places[carried.input_column];
  for_each_expression(node, [&](BoundExpression& expression) { move_columns(expression, places); });
}

}  // namespace

Pruner::Places Pruner::prune_leaf(PlanNode& leaf, const Needed& needed) {
  if (leaf_needed_ == nullptr) return unchanged(leaf);
  for (size_t i = 0; i < needed.size(); ++i)
    if (needed[i]) (*leaf_needed_)[i] = true;
  return keep(leaf.output, *leaf_needed_);
}

Pruner::Places Pruner::prune_appending(PlanNode& node, const Needed& needed, const std::vector<size_t>& kept) {
  const size_t width = node.inputs[0]->output.size();
  Needed input(needed.begin(), needed.begin() + static_cast<std::ptrdiff_t>(width));
  for (const size_t column : kept) input[column] = true;
  for_each_expression(node, [&](BoundExpression& expression) { need(input, expression); });
  Places places = prune(*node.inputs[0], std::move(input));
  for_each_expression(node, [&](BoundExpression& expression) { move_columns(expression, places); });
  Schema output = node.inputs[0]->output;
  for (size_t i = width; i < node.output.size(); ++i) {
    places.push_back(output.size());
    output.push_back(node.output[i]);
  }
  node.output = std::move(output);
  if (node.kind == NodeKind::parse_kv)
    for (auto& capture : static_cast<ParseKvNode&>(node).captures)
      capture.output_column = places[capture.output_column];
  return places;
}

Pruner::Places Pruner::prune_parse(ParseNode& node, const Needed& needed) {
  std::vector<size_t> replaced;
  for (const ParseStep& step : node.steps)
    if (step.kind == ParseStep::Kind::capture && step.output_column < node.inputs[0]->output.size())
      replaced.push_back(step.output_column);
  Places places = prune_appending(node, needed, replaced);
  for (ParseStep& step : node.steps) {
    if (step.kind != ParseStep::Kind::capture) continue;
    step.output_column = places[step.output_column];
    node.output[step.output_column].type = step.type;
  }
  return places;
}

Pruner::Places Pruner::prune_mv_expand(MvExpandNode& node, Needed needed) {
  const Places places = narrow_expansion(node, std::move(needed));
  Needed input(node.inputs[0]->output.size(), false);
  need_expansion(node, input);
  move_expansion(node, prune(*node.inputs[0], std::move(input)));
  return places;
}

Pruner::Places Pruner::prune_mv_apply(MvApplyNode& node, const Needed& needed) {
  keep(node.outputs, needed);
  const Places places = keep(node.output, needed);
  Needed results(node.subplan->output.size(), false);
  for (const MvApplyNode::Output& output : node.outputs)
    if (output.from_subplan) results[output.column] = true;
  auto& expand = static_cast<MvExpandNode&>(*node.expand);
  Needed row = made_by(expand);
  const Places moved_results = prune_with_leaf(*node.subplan, std::move(results), row);
  narrow_expansion(expand, row);
  Needed input(node.inputs[0]->output.size(), false);
  need_expansion(expand, input);
  for (const MvApplyNode::Output& output : node.outputs)
    if (!output.from_subplan) input[output.column] = true;
  const Places moved = prune(*node.inputs[0], std::move(input));
  move_expansion(expand, moved);
  expand.inputs[0]->output = node.inputs[0]->output;
  for (MvApplyNode::Output& output : node.outputs)
    output.column = (output.from_subplan ? moved_results : moved)[output.column];
  return places;
}

Pruner::Places Pruner::prune_with_leaf(PlanNode& plan, Needed results, Needed& leaf_needed) {
  Needed* const outer = leaf_needed_;
  leaf_needed_ = &leaf_needed;
  Places places = prune(plan, std::move(results));
  leaf_needed_ = outer;
  return places;
}

void Pruner::prune_applied(PlanNode& plan) {
  Needed* const outer = leaf_needed_;
  leaf_needed_ = nullptr;
  prune(plan, all_of(plan));
  leaf_needed_ = outer;
}

}  // namespace vedette::kql
