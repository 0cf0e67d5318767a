// The plan as text: one node a line, inputs indented below, columns by their names.
#include "vedette/kql/plan/explain.h"

#include <string>

namespace vedette::kql {
namespace {

using columnar::Schema;

std::string text_of(const Vector& constant) {
  std::string out;
  const Type type = constant.type();
  const bool plain = type == Type::string || type == Type::long_ || type == Type::bool_ || constant.is_null(0);
  if (!plain) out += std::string(columnar::to_string(type)) + "(";
  columnar::append_json(out, constant, 0);
  if (!plain) out += ")";
  return out;
}

std::string text_of(const BoundExpression& expression, const Schema& columns);

std::string list_of(const std::vector<BoundExpression>& expressions, const Schema& columns) {
  std::string out;
  for (const BoundExpression& expression : expressions) {
    if (!out.empty()) out += ", ";
    out += text_of(expression, columns);
  }
  return out;
}

std::string member_text(const BoundExpression& member, const Schema& columns) {
  std::string out = text_of(member.arguments[0], columns);
  for (const PathStep& step : member.path) {
    if (step.kind == PathStep::Kind::key) out += "." + step.key;
    if (step.kind == PathStep::Kind::index) out += "[" + std::to_string(step.index) + "]";
    if (step.kind == PathStep::Kind::computed) out += "[" + text_of(member.arguments[step.argument], columns) + "]";
  }
  return out;
}

std::string text_of(const BoundExpression& expression, const Schema& columns) {
  switch (expression.kind) {
    case ExpressionKind::column:
      return expression.column < columns.size() ? columns[expression.column].name
                                                : "#" + std::to_string(expression.column);
    case ExpressionKind::constant:
      return text_of(expression.constant);
    case ExpressionKind::call:
      return std::string(expression.function->name) + "(" + list_of(expression.arguments, columns) + ")";
    case ExpressionKind::member:
      return member_text(expression, columns);
    case ExpressionKind::subquery:
      return std::string(expression.form == SubqueryForm::array ? "array" : "scalar") + "(subplan " +
             std::to_string(expression.subplan) + ")";
  }
  return "";
}

std::string names_of(const Schema& columns) {
  std::string out;
  for (const columnar::Column& column : columns) out += (out.empty() ? "" : ", ") + column.name;
  return "[" + out + "]";
}

std::string text_of(const Predicate& predicate, const Schema& columns) {
  std::string out = predicate.op + "(";
  if (predicate.children.empty()) out += columns[predicate.column].name;
  for (const Vector& constant : predicate.constants) out += ", " + text_of(constant);
  for (size_t i = 0; i < predicate.children.size(); ++i)
    out += (i == 0 ? "" : ", ") + text_of(predicate.children[i], columns);
  return out + ")";
}

std::string scan_text(const ScanNode& scan) {
  const Schema& all = scan.table->schema();
  std::string out = " " + scan.table_name + " " + names_of(scan.output);
  if (scan.request.predicate) out += " where " + text_of(*scan.request.predicate, all);
  if (scan.request.from) out += " from " + base::format_date_time(*scan.request.from);
  if (scan.request.to) out += " to " + base::format_date_time(*scan.request.to);
  if (scan.request.newest_first) out += " newest first";
  if (scan.request.limit) out += " limit " + std::to_string(*scan.request.limit);
  if (scan.request.top) {
    out += " top " + std::to_string(scan.request.top->rows) + " by";
    for (const SortKey& key : scan.request.top->keys)
      out += " " + all[key.column].name + (key.order == SortOrder::ascending ? " asc" : " desc");
  }
  return out;
}

std::string keys_text(const std::vector<SortExpression>& keys, const Schema& columns) {
  std::string out;
  for (const SortExpression& key : keys) {
    out += (out.empty() ? " by " : ", ") + text_of(key.value, columns);
    out += key.order == SortOrder::ascending ? " asc" : " desc";
    out += key.nulls == NullsOrder::first ? " nulls first" : " nulls last";
  }
  return out;
}

std::string project_text(const ProjectNode& node, const Schema& columns) {
  std::string out;
  for (size_t i = 0; i < node.expressions.size(); ++i) {
    const std::string value = text_of(node.expressions[i], columns);
    out += (out.empty() ? "" : ", ") + (value == node.output[i].name ? value : node.output[i].name + " = " + value);
  }
  return " [" + out + "]";
}

std::string call_text(const AggregateCall& call, const Schema& columns) {
  return std::string(call.function->name) + "(" + list_of(call.arguments, columns) + ")";
}

std::string summarize_text(const SummarizeNode& node, const Schema& columns) {
  std::string out;
  for (const AggregateCall& call : node.aggregates) out += (out.empty() ? " " : ", ") + call_text(call, columns);
  if (!node.keys.empty()) out += " by " + list_of(node.keys, columns);
  return out + " " + names_of(node.output);
}

std::string join_text(const JoinNode& node) {
  std::string out = " " + std::string(to_string(node.join_kind)) + " on";
  for (const JoinKey& key : node.keys)
    out += " " + node.inputs[0]->output[key.left].name + " == " + node.inputs[1]->output[key.right].name;
  return out + " " + names_of(node.output);
}

std::string expansion_text(const MvExpandNode& node, const Schema& columns) {
  std::string out;
  for (const MvExpansion& expansion : node.expansions) {
    out += (out.empty() ? " " : ", ") + node.output[expansion.output_column].name + " = " +
           text_of(expansion.value, columns);
    if (expansion.type != Type::dynamic) out += " to " + std::string(columnar::to_string(expansion.type));
  }
  return out + " " + names_of(node.output);
}

std::string window_text(const WindowNode& node, const Schema& columns) {
  static constexpr const char* names[] = {"row_number", "row_rank_dense", "row_rank_min",      "prev",
                                          "next",       "row_cumsum",     "row_window_session"};
  std::string out;
  for (const WindowCall& call : node.calls)
    out += " " + std::string(names[static_cast<size_t>(call.function)]) + "(" + list_of(call.arguments, columns) + ")";
  return out;
}

std::string series_text(const MakeSeriesNode& node, const Schema& columns) {
  std::string out;
  for (const AggregateCall& call : node.aggregates) out += (out.empty() ? " " : ", ") + call_text(call, columns);
  out += " on " + text_of(node.axis, columns);
  if (node.from) out += " from " + text_of(*node.from, columns);
  if (node.to) out += " to " + text_of(*node.to, columns);
  return out + " step " + text_of(node.step, columns) + " " + names_of(node.output);
}

// What the line says after the node's name.
std::string details(const PlanNode& node) {
  static const Schema none;
  const Schema& in = node.inputs.empty() ? none : node.inputs[0]->output;
  switch (node.kind) {
    case NodeKind::scan:
      return scan_text(static_cast<const ScanNode&>(node));
    case NodeKind::values:
      return " " + std::to_string(static_cast<const ValuesNode&>(node).rows.rows) + " rows " + names_of(node.output);
    case NodeKind::range: {
      const auto& range = static_cast<const RangeNode&>(node);
      return " " + node.output[0].name + " from " + text_of(range.from, in) + " to " + text_of(range.to, in) +
             " step " + text_of(range.step, in);
    }
    case NodeKind::subplan:
      return " " + std::to_string(static_cast<const SubplanNode&>(node).index);
    case NodeKind::filter:
      return " " + text_of(static_cast<const FilterNode&>(node).condition, in);
    case NodeKind::project:
      return project_text(static_cast<const ProjectNode&>(node), in);
    case NodeKind::summarize:
      return summarize_text(static_cast<const SummarizeNode&>(node), in);
    case NodeKind::sort:
      return keys_text(static_cast<const SortNode&>(node).keys, in);
    case NodeKind::top:
      return " " + text_of(static_cast<const TopNode&>(node).rows, none) +
             keys_text(static_cast<const TopNode&>(node).keys, in);
    case NodeKind::take:
      return " " + text_of(static_cast<const TakeNode&>(node).rows, none);
    case NodeKind::sample:
      return " " + text_of(static_cast<const SampleNode&>(node).rows, none);
    case NodeKind::window:
      return window_text(static_cast<const WindowNode&>(node), in);
    case NodeKind::join:
      return join_text(static_cast<const JoinNode&>(node));
    case NodeKind::mv_expand:
      return expansion_text(static_cast<const MvExpandNode&>(node), in);
    case NodeKind::parse:
      return " " + text_of(static_cast<const ParseNode&>(node).source, in) + " " + names_of(node.output);
    case NodeKind::parse_kv:
      return " " + text_of(static_cast<const ParseKvNode&>(node).source, in) + " " + names_of(node.output);
    case NodeKind::partition:
      return " by " + in[static_cast<const PartitionNode&>(node).key].name;
    case NodeKind::make_series:
      return series_text(static_cast<const MakeSeriesNode&>(node), in);
    case NodeKind::mv_apply:
    case NodeKind::apply_input:
    case NodeKind::set_union:
    case NodeKind::count:
    case NodeKind::distinct:
    case NodeKind::serialize:
    case NodeKind::step_scan:
    case NodeKind::graph:
    case NodeKind::graph_match:
    case NodeKind::graph_components:
    case NodeKind::reduce:
    case NodeKind::patterns:
      return " " + names_of(node.output);
  }
  return "";
}

using Note = std::function<std::string(const PlanNode&)>;

void append(std::string& out, const PlanNode& node, size_t depth, const Note& note) {
  const auto line = [&](std::string_view text) { out.append(2 * depth, ' ').append(text).append("\n"); };
  line(std::string(to_string(node.kind)) + details(node) + note(node));
  for (const PlanPtr& input : node.inputs) append(out, *input, depth + 1, note);
  if (node.kind == NodeKind::mv_apply) {
    const auto& apply = static_cast<const MvApplyNode&>(node);
    ++depth;
    line("for each row:");
    append(out, *apply.expand, depth + 1, note);
    line("then:");
    append(out, *apply.subplan, depth + 1, note);
  }
  if (node.kind == NodeKind::partition) append(out, *static_cast<const PartitionNode&>(node).subplan, depth + 1, note);
}

}  // namespace

std::string explain(const BoundQuery& query) {
  return explain(query, [](const PlanNode&) { return std::string(); });
}

std::string explain(const BoundQuery& query, const Note& note) {
  std::string out;
  append(out, *query.root, 0, note);
  for (size_t i = 0; i < query.subplans.size(); ++i) {
    out += "subplan " + std::to_string(i) + ":\n";
    append(out, *query.subplans[i].plan, 1, note);
  }
  return out;
}

}  // namespace vedette::kql
