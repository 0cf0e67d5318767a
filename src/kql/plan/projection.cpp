#include "projection.h"

#include <algorithm>

#include "multi_results.h"
#include "tabular.h"

namespace vedette::kql {
namespace {

bool is_conversion(std::string_view name) {
  static constexpr std::string_view names[] = {"tobool", "todatetime", "todecimal", "todouble", "todynamic",  "toguid",
                                               "toint",  "tolong",     "toreal",    "tostring", "totimespan", "totime"};
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

// column_ifexists() has the name of its column when there is one.
bool names_no_column(const ast::Expr& expr, std::string_view name, const Schema* columns) {
  const auto* call = expr.try_as<ast::Call>();
  if (call == nullptr || !is_column_if_exists(call->name.text)) return false;
  return columns == nullptr || !columnar::find_column(*columns, name);
}

// A column, or a conversion of one to the type it has.
const ast::NameRef* column_reference(const ast::Expr& expr, const BoundExpression& value, const Schema* columns) {
  const auto* call = expr.try_as<ast::Call>();
  if (call != nullptr) {
    if (!is_conversion(call->name.text) || call->arguments.size() != 1) return nullptr;
    const auto* name = call->arguments[0].expr->try_as<ast::NameRef>();
    if (name == nullptr || columns == nullptr) return nullptr;
    const auto column = columnar::find_column(*columns, name->name.text);
    return column && (*columns)[*column].type == value.type ? name : nullptr;
  }
  const auto* name = expr.try_as<ast::NameRef>();
  if (name == nullptr || columns == nullptr || !columnar::find_column(*columns, name->name.text)) return nullptr;
  return name;
}

}  // namespace

void Projection::add_columns(const Schema& columns) {
  for (size_t i = 0; i < columns.size(); ++i) add({columns[i].name, column_expression(i, columns[i].type)}, false);
}

size_t Projection::add(Projected column, bool replace) {
  if (replace) {
    if (const auto place = places_.find(column.name); place != places_.end()) {
      columns_[place->second] = std::move(column);
      return place->second;
    }
  }
  column.name = names_.add(column.name);
  places_.emplace(column.name, columns_.size());
  columns_.push_back(std::move(column));
  return columns_.size() - 1;
}

Status Projection::declare(Projected column, bool replace, SourceSpan span) {
  if (!declared_.insert(column.name).second)
    return semantic_error("The column " + quoted(column.name) + " is declared twice.", span);
  add(std::move(column), replace);
  return {};
}

std::string Projection::default_name() {
  for (;;) {
    std::string name = "Column" + std::to_string(++default_suffix_);
    if (!names_.contains(name)) return name;
  }
}

Status Projection::add_item(Binding& binding, const Rows& rows, const ast::NamedExpr& item) {
  const size_t index = items_++;
  if (item.expr->kind == ast::ExprKind::star && rows.columns != nullptr) {
    if (!item.names.empty()) return semantic_error("'*' has no name.", item.span);
    for (size_t i = 0; i < rows.columns->size(); ++i)
      add({(*rows.columns)[i].name, column_expression(i, (*rows.columns)[i].type, item.span)}, true);
    return {};
  }
  const auto* call = item.expr->try_as<ast::Call>();
  if (call != nullptr && rows.aggregates != nullptr && call->target == nullptr && is_aggregate(call->name.text))
    return add_aggregate(binding, rows, item, *call);
  if (call != nullptr && rows.aggregates == nullptr && call->target == nullptr && has_multiple_results(*call))
    return add_multiple_results(binding, rows, item, *call);
  BoundExpression value = TRY(bind_expression(binding, rows, *item.expr));
  if (item.names.size() > 1 || (item.tuple && item.names.empty()))
    return semantic_error("The expression has one value, not several.", item.span);
  if (style_ == Style::print && item.names.empty()) {
    add({"print_" + std::to_string(index), std::move(value)}, false);
    return {};
  }
  return add_value(item, std::move(value), rows.aggregates ? nullptr : rows.columns);
}

Status Projection::add_value(const ast::NamedExpr& item, BoundExpression value, const Schema* columns) {
  const ast::NameRef* column = column_reference(*item.expr, value, columns);
  if (!item.names.empty())
    return declare({std::string(item.names[0].text), std::move(value)}, column != nullptr || style_ == Style::extend,
                   item.names[0].span);
  if (column != nullptr) {
    std::string name(column->name.text);
    if (style_ != Style::extend) return declare({std::move(name), std::move(value)}, false, item.span);
    if (!declared_.insert(name).second)
      return semantic_error("The column " + quoted(name) + " is declared twice.", item.span);
    return {};  // `extend x` changes nothing
  }
  std::optional<std::string> name = result_name(*item.expr);
  if (!name || name->empty() || names_no_column(*item.expr, *name, columns)) name = default_name();
  add({std::move(*name), std::move(value)}, style_ == Style::extend);
  return {};
}

// A result of several columns names the first ones by the tuple; the others keep their own names.
Status Projection::add_aggregate(Binding& binding, const Rows& rows, const ast::NamedExpr& item,
                                 const ast::Call& call) {
  AggregateSink& sink = *rows.aggregates;
  const AggregateResults results = TRY(bind_aggregate(binding, sink, call));
  if (item.names.size() > results.count)
    return semantic_error("There are more names than results.", item.names[results.count].span);
  for (size_t i = 0; i < results.count; ++i) {
    BoundExpression value = result_column(sink, results.first + i, call.span);
    if (i < item.names.size()) {
      TRY(declare({std::string(item.names[i].text), std::move(value)}, false, item.names[i].span));
    } else {
      add({sink.results[results.first + i].name, std::move(value)}, false);
    }
  }
  return {};
}

// "If you provide a limited number of names, the table will show only those columns" (series-stats-function.md); in
// extend one name is enough (series-decompose-forecast-function.md).
Status Projection::add_multiple_results(Binding& binding, const Rows& rows, const ast::NamedExpr& item,
                                        const ast::Call& call) {
  std::vector<Projected> columns = TRY(bind_multiple_results(binding, rows, call));
  if (item.names.size() > columns.size())
    return semantic_error("There are more names than results.", item.names[columns.size()].span);
  if (item.names.size() == 1 && !item.tuple && style_ != Style::extend)
    return semantic_error(quoted(call.name.text) + " has several results: (a, b) = …", item.span);
  for (size_t i = 0; i < item.names.size(); ++i) {
    columns[i].name = std::string(item.names[i].text);
    TRY(declare(std::move(columns[i]), style_ == Style::extend, item.names[i].span));
  }
  if (item.names.empty())
    for (Projected& column : columns) add(std::move(column), style_ == Style::extend);
  return {};
}

std::vector<std::string> made_unique(const std::vector<std::string>& names) {
  UniqueNames unique;
  for (const std::string& name : names) unique.reserve(name);
  std::unordered_set<std::string> seen;
  std::vector<std::string> out;
  for (const std::string& name : names) out.push_back(seen.insert(name).second ? name : unique.add(name));
  return out;
}

Result<PlanPtr> project(Binding& binding, PlanPtr input, std::vector<Projected> columns, SourceSpan span) {
  bool same = columns.size() == input->output.size();
  for (size_t i = 0; same && i < columns.size(); ++i)
    same = columns[i].value.kind == ExpressionKind::column && columns[i].value.column == i &&
           columns[i].name == input->output[i].name;
  if (same) return input;
  TRY(count_plan_node(binding, span));
  auto node = make_node<ProjectNode>(span);
  for (Projected& column : columns) {
    node->output.push_back({std::move(column.name), column.value.type});
    node->expressions.push_back(std::move(column.value));
  }
  node->inputs.push_back(std::move(input));
  return node;
}

}  // namespace vedette::kql
