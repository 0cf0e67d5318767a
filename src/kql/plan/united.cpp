#include "united.h"

#include <algorithm>
#include <map>

#include "name_pattern.h"

namespace vedette::kql {
namespace {

// One column for each name and type, in the order they occur.
std::vector<UnitedColumn> unified(const std::vector<Leg>& legs, std::string_view source) {
  std::vector<std::string> names;
  std::map<std::string, std::vector<Type>> types;
  for (const Leg& leg : legs) {
    for (const columnar::Column& column : leg.plan->output) {
      std::vector<Type>& known = types[column.name];
      if (known.empty()) names.push_back(column.name);
      if (std::find(known.begin(), known.end(), column.type) == known.end()) known.push_back(column.type);
    }
  }
  std::vector<UnitedColumn> out;
  for (const std::string& name : names)
    for (const Type type : types[name]) out.push_back({{}, name, type});
  name_columns(out, source);
  return out;
}

// kind=inner: columns of the same name and type in every leg.
void keep_common(const std::vector<Leg>& legs, std::vector<UnitedColumn>& columns) {
  const auto in_all = [&](const UnitedColumn& column) {
    return std::all_of(legs.begin(), legs.end(), [&](const Leg& leg) {
      const auto found = columnar::find_column(leg.plan->output, column.source_name);
      return found && leg.plan->output[*found].type == column.type;
    });
  };
  std::erase_if(columns, [&](const UnitedColumn& column) { return !in_all(column); });
}

// `let v = view () { … }`, in the order of the text.
std::vector<const Variable*> views_in_scope(const Binding& binding) {
  std::vector<const Variable*> views;
  for (const Scope* at = binding.scope.get(); at != nullptr; at = at->outer.get()) {
    const Variable& variable = at->variable;
    if (variable.is_tabular_function && variable.function->is_view && variable.function->parameters.empty())
      views.push_back(&variable);
  }
  std::reverse(views.begin(), views.end());
  return views;
}

}  // namespace

Status add_matching_tables(Binding& binding, const ast::Name& pattern, std::vector<Leg>& legs) {
  const size_t before = legs.size();
  for (const std::string& name : binding.catalog.table_names())
    if (matches_pattern(pattern.text, name)) legs.push_back({TRY(scan_table(binding, name, pattern.span)), name});
  for (const Variable* view : views_in_scope(binding))
    if (matches_pattern(pattern.text, view->name))
      legs.push_back({TRY(bind_tabular_function(binding, *view, {}, nullptr, pattern.span)), std::string(view->name)});
  if (legs.size() > before) return {};
  return semantic_error("No table has a name like " + quoted(pattern.text) + ".", pattern.span);
}

std::string source_of(std::string_view name, std::string_view prefix, size_t place) {
  return name.empty() ? std::string(prefix) + std::to_string(place) : std::string(name);
}

void name_columns(std::vector<UnitedColumn>& columns, std::string_view source) {
  std::map<std::string, size_t> occurrences;
  for (const UnitedColumn& column : columns) ++occurrences[column.source_name];
  const auto is_split = [&](const UnitedColumn& column) { return occurrences[column.source_name] > 1; };
  UniqueNames unique;
  if (!source.empty()) unique.reserve(source);
  for (UnitedColumn& column : columns)
    if (!is_split(column)) column.name = unique.add(column.source_name);
  for (UnitedColumn& column : columns)
    if (is_split(column))
      column.name = unique.add(column.source_name + "_" + std::string(columnar::to_string(column.type)));
}

Result<BoundExpression> united_value(Binding& binding, const Schema& have, const UnitedColumn& column,
                                     SourceSpan span) {
  const auto found = columnar::find_column(have, column.source_name);
  if (!found || (have[*found].type != column.type && !column.converts)) return null_constant(column.type, span);
  return converted(binding, column_expression(*found, have[*found].type, span), column.type);
}

Result<PlanPtr> unite(Binding& binding, std::vector<Leg> legs, CommonColumns common, std::string_view source,
                      SourceSpan span) {
  std::vector<UnitedColumn> columns = unified(legs, source);
  if (common == CommonColumns::inner) keep_common(legs, columns);
  auto node = make_node<UnionNode>(span);
  if (!source.empty()) node->output.push_back({std::string(source), Type::string});
  for (const UnitedColumn& column : columns) node->output.push_back({column.name, column.type});
  for (Leg& leg : legs) {
    std::vector<Projected> projected;
    if (!source.empty()) projected.push_back({std::string(source), string_constant(leg.source, span)});
    for (const UnitedColumn& column : columns)
      projected.push_back({column.name, TRY(united_value(binding, leg.plan->output, column, span))});
    node->inputs.push_back(TRY(project(binding, std::move(leg.plan), std::move(projected), span)));
  }
  if (node->inputs.size() == 1) return std::move(node->inputs[0]);
  return node;
}

}  // namespace vedette::kql
