// evaluate pivot(pivotColumn [, aggregate] [, column …]) [: (schema)]
//
// The aggregate by the columns and the pivot column, then a row for each of the columns' values with a column for each
// of the pivot's; a cell without rows is what the aggregate gives of nothing. Without a schema the pivot's values are
// those that the rows have, in their order; their rows are computed while binding.
// Source: kusto/query: pivot-plugin.
#include <algorithm>
#include <unordered_set>

#include "aggregates.h"
#include "operators.h"
#include "plugin_text.h"
#include "plugins.h"
#include "vedette/kql/functions/signature.h"

namespace vedette::kql {
namespace {

constexpr size_t columns_max = 1000;

struct Pivot {
  const ast::NameRef* column = nullptr;
  const ast::Call* aggregate = nullptr;
  std::vector<ast::NameRef> keys;
  SourceSpan span;
};

Error wrong(const ast::NamedExpr& argument, std::string_view what) {
  return semantic_error("pivot() takes " + std::string(what) + " here.", argument.span);
}

Result<Pivot> bind_arguments(const ast::Call& call, const Schema& input) {
  Pivot pivot;
  pivot.span = call.span;
  for (size_t i = 0; i < call.arguments.size(); ++i) {
    const ast::NamedExpr& argument = call.arguments[i];
    const auto* name = argument.expr->try_as<ast::NameRef>();
    const auto* aggregate = argument.expr->try_as<ast::Call>();
    if (i == 1 && aggregate != nullptr && is_aggregate(aggregate->name.text)) {
      pivot.aggregate = aggregate;
    } else if (name == nullptr || !columnar::find_column(input, name->name.text)) {
      return wrong(argument, "a column");
    } else if (i == 0) {
      pivot.column = name;
    } else {
      pivot.keys.push_back(*name);
    }
  }
  if (pivot.column == nullptr) return semantic_error("pivot() takes the column to rotate.", call.span);
  return pivot;
}

// Without named columns: all that neither the pivot nor the aggregate reads.
void add_default_keys(Pivot& pivot, const Schema& input) {
  if (!pivot.keys.empty()) return;
  std::unordered_set<std::string_view> taken = {pivot.column->name.text};
  if (pivot.aggregate != nullptr)
    for (const ast::NamedExpr& argument : pivot.aggregate->arguments)
      if (const auto* name = argument.expr->try_as<ast::NameRef>()) taken.insert(name->name.text);
  for (const columnar::Column& column : input) {
    if (taken.contains(column.name)) continue;
    ast::NameRef key;
    key.name = {column.name, pivot.span, true, false};
    key.span = pivot.span;
    pivot.keys.push_back(key);
  }
}

ast::NamedExpr named(const ast::Name& name, const ast::Expr& expr) { return {{&name, 1}, &expr, false, expr.span}; }

// summarize __value = aggregate by keys, __pivot = tostring(column)
Result<PlanPtr> bind_cells(Binding& binding, const Pivot& pivot, PlanPtr input) {
  const ast::Name value_name{"__value", pivot.span}, pivot_name{"__pivot", pivot.span};
  ast::Call count;
  count.name = {"count", pivot.span};
  count.span = pivot.span;
  const ast::NamedExpr value = named(value_name, pivot.aggregate ? *pivot.aggregate : count);
  const ast::NamedExpr column{{}, pivot.column, false, pivot.span};
  ast::Call text;
  text.name = {"tostring", pivot.span};
  text.arguments = {&column, 1};
  text.span = pivot.span;
  std::vector<ast::NamedExpr> by;
  for (const ast::NameRef& key : pivot.keys) by.push_back({{}, &key, false, key.span});
  by.push_back(named(pivot_name, text));
  ast::Summarize summarize;
  summarize.span = pivot.span;
  summarize.aggregates = {&value, 1};
  summarize.by = by;
  summarize.has_by = true;
  return bind_summarize(binding, summarize, std::move(input));
}

// A key that is dynamic goes through the pivot as its JSON, since rows have no groups by a dynamic; not where the
// aggregate may read it.
class DynamicKeys {
 public:
  DynamicKeys(const Pivot& pivot, const Schema& columns) {
    if (pivot.aggregate != nullptr && may_read_keys(pivot)) return;
    for (const ast::NameRef& key : pivot.keys) {
      const auto found = columnar::find_column(columns, key.name.text);
      if (found && columns[*found].type == Type::dynamic) names_.push_back(column_text(key.name.text));
    }
  }

  Result<PlanPtr> as_text(Binding& binding, const ast::Call& call, PlanPtr input) const {
    if (names_.empty()) return input;
    return PluginText(binding, call, std::move(input)).bind("T" + each("dynamic_to_json"));
  }
  // What follows the projection of these columns.
  std::string back(std::string_view projected) const { return each("parse_json", projected); }

 private:
  static bool may_read_keys(const Pivot& pivot) {
    const auto reads = [&](const ast::NamedExpr& argument) {
      const auto* name = argument.expr->try_as<ast::NameRef>();
      return name == nullptr || std::any_of(pivot.keys.begin(), pivot.keys.end(),
                                            [&](const auto& key) { return key.name.text == name->name.text; });
    };
    return std::any_of(pivot.aggregate->arguments.begin(), pivot.aggregate->arguments.end(), reads);
  }

  std::string each(std::string_view function, std::optional<std::string_view> only = {}) const {
    std::string out;
    for (const std::string& name : names_)
      if (!only || only->find(name) != std::string_view::npos)
        out += " | extend " + name + " = " + std::string(function) + "(" + name + ")";
    return out;
  }

  std::vector<std::string> names_;
};

// What the aggregate gives of no rows.
Result<Vector> value_of_nothing(Binding& binding, const Pivot& pivot, const Schema& input) {
  if (pivot.aggregate == nullptr) return columnar::constant_long(0);
  AggregateSink sink;
  sink.rows = Rows{&input, true, nullptr, nullptr};
  TRY(bind_aggregate(binding, sink, *pivot.aggregate));
  const AggregateCall& call = sink.calls.front();
  const auto accumulator = TRY(call.function->create(call.bound));
  CallContext context;
  context.now = binding.options.now;
  return TRY(accumulator->finish(context, 1)).front();
}

Result<std::vector<std::string>> values_of(const Pivot& pivot, const ValuesNode& cells) {
  std::vector<std::string> names;
  std::unordered_set<std::string> seen;
  const auto column = columnar::find_column(cells.output, "__pivot");
  const auto view = cells.rows.columns[*column].view<std::string_view>();
  for (size_t row = 0; row < cells.rows.rows; ++row) {
    std::string name(view[row]);
    if (name.empty()) return not_supported("An empty value as the name of a column of pivot()", pivot.span);
    if (seen.insert(name).second) names.push_back(std::move(name));
    if (names.size() > columns_max)
      return Error(ErrorCode::limit_exceeded,
                   "pivot() would make more than " + std::to_string(columns_max) + " columns.", pivot.span);
  }
  return names;
}

bool is_key(const Pivot& pivot, std::string_view name) {
  return std::any_of(pivot.keys.begin(), pivot.keys.end(), [&](const auto& key) { return key.name.text == name; });
}

std::string cell_text(std::string_view name, Type type) {
  const std::string member = "__bag[" + column_text(name).substr(1);  // __bag['name']
  if (type == Type::string) return "tostring(" + member + ")";
  const std::string value = type == Type::dynamic ? member : std::string(conversion_to(type)) + "(" + member + ")";
  return "coalesce(" + value + ", __Default)";
}

}  // namespace

Result<PlanPtr> bind_pivot(Binding& binding, const ast::Evaluate& op, PlanPtr input) {
  Pivot pivot = TRY(bind_arguments(*op.call, input->output));
  const Schema columns = input->output;
  add_default_keys(pivot, columns);
  BoundExpression nothing = constant_expression(TRY(value_of_nothing(binding, pivot, columns)), op.call->span);
  const DynamicKeys dynamics(pivot, columns);
  input = TRY(dynamics.as_text(binding, *op.call, std::move(input)));
  PlanPtr cells = TRY(bind_cells(binding, pivot, std::move(input)));
  const Type type = nothing.type;
  if (type == Type::decimal) return not_supported("pivot() of decimals", op.call->span);
  std::string keys, projected;
  for (const ast::NameRef& key : pivot.keys) keys += (keys.empty() ? "" : ", ") + column_text(key.name.text);
  std::vector<std::string> names;
  if (op.schema == nullptr) {
    cells = TRY(computed_rows(binding, std::move(cells), *op.call));
    names = TRY(values_of(pivot, static_cast<const ValuesNode&>(*cells)));
    projected = keys;
  } else {
    for (const ast::Column& column : op.schema->columns) {
      if (!is_key(pivot, column.name.text) && to_type(column.type) != type)
        return semantic_error("The cells of pivot() are of type " + std::string(columnar::to_string(type)) + ".",
                              column.name.span);
      names.emplace_back(column.name.text);
    }
    if (op.schema->open) projected = keys;
  }
  for (const std::string& name : names) {
    projected += (projected.empty() ? "" : ", ") + column_text(name);
    if (op.schema == nullptr && is_key(pivot, name))
      return semantic_error("A value of the pivot column is the name of a column, " + quoted(name) + ".", op.span);
    if (!is_key(pivot, name)) projected += " = " + cell_text(name, type);
  }
  PluginText text(binding, *op.call, std::move(cells));
  TRY(text.add_value("__Default", std::move(nothing)));
  return text.bind("T | summarize __bag = make_bag(bag_pack(__pivot, __value))" + (keys.empty() ? "" : " by " + keys) +
                   " | project " + projected + dynamics.back(projected));
}

}  // namespace vedette::kql
