#include "vedette/kql/plan/plan.h"

namespace vedette::kql {

std::string_view to_string(NodeKind kind) {
  switch (kind) {
    case NodeKind::scan:
      return "scan";
    case NodeKind::values:
      return "values";
    case NodeKind::range:
      return "range";
    case NodeKind::subplan:
      return "subplan";
    case NodeKind::apply_input:
      return "apply-input";
    case NodeKind::filter:
      return "filter";
    case NodeKind::project:
      return "project";
    case NodeKind::summarize:
      return "summarize";
    case NodeKind::sort:
      return "sort";
    case NodeKind::top:
      return "top";
    case NodeKind::take:
      return "take";
    case NodeKind::sample:
      return "sample";
    case NodeKind::count:
      return "count";
    case NodeKind::distinct:
      return "distinct";
    case NodeKind::serialize:
      return "serialize";
    case NodeKind::window:
      return "window";
    case NodeKind::join:
      return "join";
    case NodeKind::set_union:
      return "union";
    case NodeKind::mv_expand:
      return "mv-expand";
    case NodeKind::mv_apply:
      return "mv-apply";
    case NodeKind::partition:
      return "partition";
    case NodeKind::parse:
      return "parse";
    case NodeKind::parse_kv:
      return "parse-kv";
    case NodeKind::make_series:
      return "make-series";
    case NodeKind::step_scan:
      return "scan-steps";
    case NodeKind::graph:
      return "graph";
    case NodeKind::graph_match:
      return "graph-match";
    case NodeKind::graph_components:
      return "graph-mark-components";
    case NodeKind::reduce:
      return "reduce";
    case NodeKind::patterns:
      return "patterns";
  }
  return "";
}

std::string_view to_string(JoinKind kind) {
  switch (kind) {
    case JoinKind::innerunique:
      return "innerunique";
    case JoinKind::inner:
      return "inner";
    case JoinKind::leftouter:
      return "leftouter";
    case JoinKind::rightouter:
      return "rightouter";
    case JoinKind::fullouter:
      return "fullouter";
    case JoinKind::leftsemi:
      return "leftsemi";
    case JoinKind::rightsemi:
      return "rightsemi";
    case JoinKind::leftanti:
      return "leftanti";
    case JoinKind::rightanti:
      return "rightanti";
  }
  return "";
}

BoundExpression column_expression(size_t column, Type type, base::SourceSpan span) {
  BoundExpression expression;
  expression.kind = ExpressionKind::column;
  expression.type = type;
  expression.column = column;
  expression.span = span;
  return expression;
}

BoundExpression constant_expression(Vector one_row, base::SourceSpan span) {
  BoundExpression expression;
  expression.kind = ExpressionKind::constant;
  expression.type = one_row.type();
  expression.constant = std::move(one_row);
  expression.span = span;
  return expression;
}

bool is_row_independent(const BoundExpression& expression) {
  if (expression.kind == ExpressionKind::column) return false;
  if (expression.function && expression.function->determinism == Determinism::per_row) return false;
  for (const BoundExpression& argument : expression.arguments)
    if (!is_row_independent(argument)) return false;
  return true;
}

}  // namespace vedette::kql
