// Conditions move down the plan: below a node when they read only what comes through it unchanged, into a scan when a
// source can be told of them. A condition that differs from row to row (rand()) stays where it is.
#include <functional>
#include <map>

#include "conditions.h"
#include "optimizer.h"
#include "plan_walk.h"
#include "vedette/kql/functions/signature.h"

namespace vedette::kql {
namespace {

void filter_over(PlanPtr& plan, BoundExpression condition);

// The condition over other columns: each by what `replace` gives for it; nullopt when it gives none.
using Replace = std::function<const BoundExpression*(size_t column)>;
std::optional<BoundExpression> over(BoundExpression condition, const Replace& replace) {
  if (condition.kind == ExpressionKind::column) {
    const BoundExpression* value = replace(condition.column);
    return value ? std::optional(*value) : std::nullopt;
  }
  for (BoundExpression& argument : condition.arguments) {
    auto replaced = over(std::move(argument), replace);
    if (!replaced) return std::nullopt;
    argument = std::move(*replaced);
  }
  return condition;
}

bool push_below(PlanPtr& input, std::optional<BoundExpression> condition) {
  if (!condition) return false;
  filter_over(input, std::move(*condition));
  return true;
}

bool push_into_project(ProjectNode& node, const BoundExpression& condition) {
  return push_below(node.inputs[0], over(condition, [&](size_t column) -> const BoundExpression* {
                      const BoundExpression& value = node.expressions[column];
                      return value.kind == ExpressionKind::column || value.kind == ExpressionKind::constant ? &value
                                                                                                            : nullptr;
                    }));
}

// Each input gets a copy, so that unions of very many tables are left alone.
constexpr size_t union_inputs_max = 64;

bool push_into_union(UnionNode& node, const BoundExpression& condition) {
  if (node.inputs.size() > union_inputs_max) return false;
  for (PlanPtr& input : node.inputs) filter_over(input, condition);
  return true;
}

// Keys only: a group is kept or dropped as a whole.
bool push_into_summarize(SummarizeNode& node, const BoundExpression& condition) {
  if (node.keys.empty()) return false;
  return push_below(node.inputs[0], over(condition, [&](size_t column) -> const BoundExpression* {
                      return column < node.keys.size() && moves(node.keys[column]) ? &node.keys[column] : nullptr;
                    }));
}

// A side whose rows all come from matches or are all kept may be filtered before; innerunique drops left rows by key,
// so that there only the right side may (but see filter_before_unique).
bool push_into_join(JoinNode& node, const BoundExpression& condition) {
  const JoinKind kind = node.join_kind;
  const bool left = kind == JoinKind::inner || kind == JoinKind::leftouter || kind == JoinKind::leftsemi ||
                    kind == JoinKind::leftanti;
  const bool right = kind == JoinKind::inner || kind == JoinKind::innerunique || kind == JoinKind::rightouter ||
                     kind == JoinKind::rightsemi || kind == JoinKind::rightanti;
  for (const JoinSide side : {JoinSide::left, JoinSide::right}) {
    if (!(side == JoinSide::left ? left : right)) continue;
    std::map<size_t, size_t> columns;
    for (size_t i = 0; i < node.outputs.size(); ++i)
      if (node.outputs[i].side == side) columns.emplace(i, node.outputs[i].column);
    if (push_below(node.inputs[side == JoinSide::left ? 0 : 1], over_columns(condition, columns))) return true;
  }
  return false;
}

bool push_into_mv_expand(MvExpandNode& node, const BoundExpression& condition) {
  std::map<size_t, size_t> columns;
  for (const MvExpandNode::Carried& carried : node.carried)
    columns.emplace(carried.output_column, carried.input_column);
  return push_below(node.inputs[0], over_columns(condition, columns));
}

bool push_into_mv_apply(MvApplyNode& node, const BoundExpression& condition) {
  std::map<size_t, size_t> columns;
  for (size_t i = 0; i < node.outputs.size(); ++i)
    if (!node.outputs[i].from_subplan) columns.emplace(i, node.outputs[i].column);
  return push_below(node.inputs[0], over_columns(condition, columns));
}

template <class Captures>
bool push_below_captures(PlanNode& node, const Captures& captures, const BoundExpression& condition) {
  std::map<size_t, size_t> columns;
  for (size_t i = 0; i < node.inputs[0]->output.size(); ++i) columns.emplace(i, i);
  for (const auto& capture : captures) columns.erase(capture.output_column);
  return push_below(node.inputs[0], over_columns(condition, columns));
}

bool push_into_parse(ParseNode& node, const BoundExpression& condition) {
  std::vector<ParseStep> captures;
  for (const ParseStep& step : node.steps)
    if (step.kind == ParseStep::Kind::capture) captures.push_back(step);
  return push_below_captures(node, captures, condition);
}

void narrow_times(ScanNode& scan, const Predicate& predicate) {
  const auto& column = scan.table->schema()[predicate.column];
  if (column.name != "Timestamp" || column.type != Type::datetime || predicate.constants.size() != 1) return;
  const int64_t ticks = predicate.constants[0].view<int64_t>()[0];
  const auto at_least = [&](int64_t from) {
    if (!scan.request.from || scan.request.from->ticks < from) scan.request.from = base::DateTime{from};
  };
  const auto before = [&](int64_t to) {
    if (!scan.request.to || scan.request.to->ticks > to) scan.request.to = base::DateTime{to};
  };
  if (predicate.op == ">=" || predicate.op == "==") at_least(ticks);
  if (predicate.op == ">") at_least(ticks + 1);
  if (predicate.op == "<") before(ticks);
  if (predicate.op == "<=" || predicate.op == "==") before(ticks + 1);
}

// A request's predicate says columns as the source counts them.
void to_source_columns(Predicate& predicate, const std::vector<size_t>& columns) {
  if (predicate.children.empty()) predicate.column = columns[predicate.column];
  for (Predicate& child : predicate.children) to_source_columns(child, columns);
}

bool push_into_scan(ScanNode& scan, const BoundExpression& condition) {
  auto predicate = predicate_of(condition);
  if (!predicate) return false;
  to_source_columns(*predicate, scan.request.columns);
  narrow_times(scan, *predicate);
  for (const Predicate& child : predicate->children)
    if (predicate->op == "and" && child.children.empty()) narrow_times(scan, child);
  if (!scan.request.predicate) {
    scan.request.predicate = std::move(predicate);
    scan.condition = condition;
    return true;
  }
  if (scan.request.predicate->op != "and") {
    Predicate all;
    all.op = "and";
    all.children.push_back(std::move(*scan.request.predicate));
    scan.request.predicate = std::move(all);
  }
  scan.request.predicate->children.push_back(std::move(*predicate));
  scan.condition = both(std::move(*scan.condition), condition);
  return true;
}

bool push_into(PlanPtr& plan, const BoundExpression& condition) {
  switch (plan->kind) {
    case NodeKind::scan:
      return push_into_scan(static_cast<ScanNode&>(*plan), condition);
    case NodeKind::filter:
      return push_into(plan->inputs[0], condition);
    case NodeKind::sort:
    case NodeKind::distinct:
      return push_below(plan->inputs[0], condition);
    case NodeKind::project:
      return push_into_project(static_cast<ProjectNode&>(*plan), condition);
    case NodeKind::set_union:
      return push_into_union(static_cast<UnionNode&>(*plan), condition);
    case NodeKind::summarize:
      return push_into_summarize(static_cast<SummarizeNode&>(*plan), condition);
    case NodeKind::join:
      return push_into_join(static_cast<JoinNode&>(*plan), condition);
    case NodeKind::mv_expand:
      return push_into_mv_expand(static_cast<MvExpandNode&>(*plan), condition);
    case NodeKind::mv_apply:
      return push_into_mv_apply(static_cast<MvApplyNode&>(*plan), condition);
    case NodeKind::parse:
      return push_into_parse(static_cast<ParseNode&>(*plan), condition);
    case NodeKind::parse_kv:
      return push_below_captures(*plan, static_cast<ParseKvNode&>(*plan).captures, condition);
    default:
      return false;
  }
}

void filter_over(PlanPtr& plan, BoundExpression condition) {
  if (push_into(plan, condition)) return;
  put_filter_over(plan, std::move(condition));
}

// What did not move stays in the filter; an empty filter goes.
void push_filter(PlanPtr& plan) {
  auto& filter = static_cast<FilterNode&>(*plan);
  std::vector<BoundExpression> stay;
  for (BoundExpression& condition : conjuncts(std::move(filter.condition)))
    if (!moves(condition) || !push_into(filter.inputs[0], condition)) stay.push_back(std::move(condition));
  keep_conditions(plan, std::move(stay));
}

}  // namespace

void push_filters(PlanPtr& plan) {
  if (plan->kind == NodeKind::filter) {
    const PlanNode* before = plan.get();
    push_filter(plan);
    if (plan.get() != before) return push_filters(plan);
  }
  for_each_child(*plan, [](PlanPtr& child, bool) { push_filters(child); });
}

}  // namespace vedette::kql
