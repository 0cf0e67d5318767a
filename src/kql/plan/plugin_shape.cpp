// Plugins that give rows another shape: narrow, pivot, bag_unpack, schema_merge, estimate_rows_count.
// Source: kusto/query, the page of each plugin.
#include <array>

#include "operators.h"
#include "plugin_text.h"
#include "plugins.h"

namespace vedette::kql {
namespace {

// A row a cell.
Result<PlanPtr> narrow(Binding& binding, const ast::Evaluate& op, PlanPtr input) {
  PluginText text(binding, *op.call, std::move(input));
  TRY(text.check_count(0, 0));
  std::string names, values;
  for (const columnar::Column& column : text.input()) {
    const std::string name = column_text(column.name);
    names += (names.empty() ? "" : ", ") + name.substr(1, name.size() - 2);
    values += (values.empty() ? "" : ", ") + ("tostring(" + name + ")");
  }
  if (names.empty()) return semantic_error("narrow() needs a column.", op.call->span);
  return text.bind("T | serialize Row = row_number(0) | project Row, Column = dynamic([" + names +
                   "]), Value = pack_array(" + values +
                   ") | mv-expand Column to typeof(string), Value to typeof(string)");
}

// schema_merge([PreserveOrder]): schemas as getschema gives them, one after the other. Which types reduce to a common
// one is not documented.
Result<PlanPtr> schema_merge(Binding& binding, const ast::Evaluate& op, PlanPtr input) {
  PluginText text(binding, *op.call, std::move(input));
  TRY(text.check_count(0, 1));
  if (text.argument_count() == 1)
    TRY(text.add_value("__PreserveOrder", 0, Type::bool_));
  else
    TRY(text.add_value("__PreserveOrder", constant_expression(columnar::constant_bool(true))));
  return text.bind(
      "T | serialize __at = row_number() | summarize __at = min(__at), ColumnOrdinal = max(ColumnOrdinal),"
      " __ordinals = count_distinct(ColumnOrdinal), __types = make_set(ColumnType),"
      " DataType = take_any(DataType), ColumnType = take_any(ColumnType) by ColumnName | sort by __at asc"
      " | where $supported(array_length(__types) == 1, strcat(\"schema_merge() of the column '\", ColumnName,"
      " \"' of the types \", strcat_array(__types, ' and ')))"
      " | extend __moved = __PreserveOrder and __ordinals > 1"
      " | project ColumnName, ColumnOrdinal = iff(__moved, -1, tolong(ColumnOrdinal)),"
      " DataType = iff(__moved, 'ERROR(unknown CSL type:ERROR(columns are out of order))', DataType),"
      " ColumnType = iff(__moved, 'ERROR(columns are out of order)', ColumnType)");
}

// s0 is how many values the first hll has, s1 how many the first two share, …
Result<PlanPtr> dcount_intersect(Binding& binding, const ast::Evaluate& op, PlanPtr input) {
  const Rows rows{&input->output, true, nullptr, nullptr};
  Projection projection(Projection::Style::extend);
  projection.add_columns(input->output);
  std::vector<BoundExpression> seen;
  if (op.call->arguments.size() < 2) return semantic_error("dcount_intersect() takes several hll.", op.call->span);
  for (const ast::NamedExpr& argument : op.call->arguments) {
    seen.push_back(TRY(bind_expression(binding, rows, *argument.expr)));
    if (seen.back().type != Type::dynamic) return semantic_error("dcount_intersect() takes hll.", argument.span);
    BoundExpression count = TRY(make_call(binding, "dcount_hll of the common values", seen, argument.span));
    projection.add({"s" + std::to_string(seen.size() - 1), std::move(count)}, false);
  }
  return project(binding, std::move(input), projection.take(), op.span);
}

// Ours is exact.
Result<PlanPtr> estimate_rows_count(Binding& binding, const ast::Evaluate& op, PlanPtr input) {
  PluginText text(binding, *op.call, std::move(input));
  TRY(text.check_count(0, 0));
  return text.bind("T | summarize EstimatedRowsCount = count()");
}

constexpr Plugin plugin_shape_table[] = {
    {"bag_unpack", bind_bag_unpack, PluginSchema::consulted},
    {"dcount_intersect", dcount_intersect},
    {"estimate_rows_count", estimate_rows_count},
    {"narrow", narrow},
    {"pivot", bind_pivot, PluginSchema::consulted},
    {"schema_merge", schema_merge},
};

}  // namespace

std::span<const Plugin> shape_plugins() { return plugin_shape_table; }

}  // namespace vedette::kql
