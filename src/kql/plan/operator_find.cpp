// find: the rows of several tables for which a predicate holds, with the columns they have in common.
// Source: kusto/query: find-operator; the columns are those of the official binder (Kusto.Language).
//
// The result has the source's name, then with project-smart the columns common to all tables that have a column of the
// predicate, and the predicate's; what is left of each table is packed into `pack_`. Of several types, a column that
// only is common is dynamic, one of the predicate becomes a column for each.
#include <algorithm>

#include "predicate_reading.h"
#include "united.h"

namespace vedette::kql {
namespace {

Result<std::vector<Leg>> bind_legs(Binding& binding, const ast::Find& op, PlanPtr input) {
  std::vector<Leg> legs;
  if (input != nullptr) legs.push_back({std::move(input), source_of(binding.input_name, "find_arg", 0)});
  ast::Name everything;
  everything.text = "*";
  everything.span = op.span;
  everything.wildcard = true;
  if (legs.empty() && op.tables.empty()) TRY(add_matching_tables(binding, everything, legs));
  for (const ast::Expr* table : op.tables) {
    const auto* name = table->try_as<ast::NameRef>();
    if (name && name->name.wildcard) {
      TRY(add_matching_tables(binding, name->name, legs));
      continue;
    }
    PlanPtr plan = TRY(bind_tabular(binding, *table));
    legs.push_back({std::move(plan), source_of(name_of_rows(binding, *table), "find_arg", legs.size())});
  }
  return legs;
}

// The types a column has in the tables, each once.
std::vector<Type> types_of(const std::vector<Leg>& legs, std::string_view name) {
  std::vector<Type> types;
  for (const Leg& leg : legs)
    if (const auto found = columnar::find_column(leg.plan->output, name)) {
      const Type type = leg.plan->output[*found].type;
      if (std::find(types.begin(), types.end(), type) == types.end()) types.push_back(type);
    }
  return types;
}

bool comes_from(const std::vector<UnitedColumn>& columns, std::string_view name) {
  return std::any_of(columns.begin(), columns.end(),
                     [&](const UnitedColumn& column) { return column.source_name == name; });
}

Error unknown_column(std::string_view name, SourceSpan span) {
  return semantic_error("None of the tables has a column " + quoted(name) + ".", span);
}

// The predicate's columns are those of the union, one for each type.
Result<std::vector<UnitedColumn>> smart_columns(const std::vector<Leg>& legs, const Reading& reading,
                                                std::string_view source, SourceSpan span) {
  std::vector<UnitedColumn> columns;
  for (const columnar::Column& column : legs.front().plan->output) {
    const bool common = std::all_of(legs.begin(), legs.end(), [&](const Leg& leg) {
      return columnar::find_column(leg.plan->output, column.name).has_value();
    });
    if (!common) continue;
    const std::vector<Type> types = types_of(legs, column.name);
    if (reads(reading, column.name))
      for (const Type type : types) columns.push_back({{}, column.name, type});
    else
      columns.push_back({{}, column.name, types.size() > 1 ? Type::dynamic : column.type, true});
  }
  for (const std::string_view name : reading.names) {
    if (comes_from(columns, name)) continue;
    const std::vector<Type> types = types_of(legs, name);
    if (types.empty()) return unknown_column(name, span);
    for (const Type type : types) columns.push_back({{}, std::string(name), type});
  }
  name_columns(columns, source);
  return columns;
}

Result<UnitedColumn> projected_column(const std::vector<Leg>& legs, const ast::Column& column) {
  const std::string name(column.name.text);
  if (column.type != ast::ScalarType::unknown) return UnitedColumn{name, name, to_type(column.type), true};
  const std::vector<Type> types = types_of(legs, name);
  if (types.empty()) return unknown_column(name, column.name.span);
  if (types.size() > 1)
    return semantic_error("The column " + quoted(name) + " has several types in the tables: write the one to have, " +
                              quoted(name + ":" + std::string(columnar::to_string(types.front()))) + ".",
                          column.name.span);
  return UnitedColumn{name, name, types.front()};
}

struct Output {
  std::vector<UnitedColumn> columns;
  bool packs = false;
};

Result<Output> output_of(const ast::Find& op, const std::vector<Leg>& legs, const Reading& reading,
                         std::string_view source) {
  Output output;
  if (op.project.empty()) {
    output.columns = TRY(smart_columns(legs, reading, source, op.span));
    output.packs = std::any_of(legs.begin(), legs.end(), [&](const Leg& leg) {
      return std::any_of(leg.plan->output.begin(), leg.plan->output.end(),
                         [&](const columnar::Column& column) { return !comes_from(output.columns, column.name); });
    });
  }
  for (const auto& item : op.project) {
    if (item.pack) {
      if (&item != &op.project.back()) return semantic_error("pack must be the last item of the list.", op.span);
      output.packs = true;
      continue;
    }
    output.columns.push_back(TRY(projected_column(legs, item.column)));
  }
  if (op.project_away_star) output = {{}, output.packs && !op.project.empty()};
  for (const auto& item : op.project_away)
    std::erase_if(output.columns,
                  [&](const UnitedColumn& column) { return column.source_name == item.column.name.text; });
  return output;
}

// The rows of one table: with the predicate's columns that it lacks as null, filtered, projected.
class FoundRows {
 public:
  FoundRows(Binding& binding, const ast::Find& op, const std::vector<Leg>& legs, const Reading& reading,
            const Output& output, std::string_view source)
      : binding_(binding), op_(op), reading_(reading), output_(output), source_(source) {
    for (const std::string_view name : reading.names) {
      const std::vector<Type> types = types_of(legs, name);
      missing_types_.push_back(types.empty() ? Type::string : types.front());
    }
  }

  Result<PlanPtr> of(Leg leg) {
    const size_t own = leg.plan->output.size();
    PlanPtr plan = TRY(completed(std::move(leg.plan)));
    const Rows rows{&plan->output, true, nullptr, nullptr};
    BoundExpression condition = TRY(bind_search_predicate(binding_, rows, *op_.predicate));
    if (condition.type != Type::bool_) return semantic_error("The predicate of 'find' must be a bool.", op_.span);
    auto filter = make_node<FilterNode>(op_.span, std::move(plan));
    filter->condition = std::move(condition);
    return project(binding_, std::move(filter), TRY(columns(filter->output, own, leg.source)), op_.span);
  }

 private:
  Result<PlanPtr> completed(PlanPtr plan) {
    std::vector<Projected> all;
    for (size_t i = 0; i < plan->output.size(); ++i)
      all.push_back({plan->output[i].name, column_expression(i, plan->output[i].type)});
    for (size_t i = 0; i < reading_.names.size(); ++i)
      if (!columnar::find_column(plan->output, reading_.names[i]))
        all.push_back({std::string(reading_.names[i]), null_constant(missing_types_[i], op_.span)});
    return project(binding_, std::move(plan), std::move(all), op_.span);
  }

  Result<std::vector<Projected>> columns(const Schema& have, size_t own, const std::string& source) {
    std::vector<Projected> out;
    out.push_back({std::string(source_), string_constant(source, op_.span)});
    for (const UnitedColumn& column : output_.columns)
      out.push_back({column.name, TRY(united_value(binding_, have, column, op_.span))});
    if (!output_.packs) return out;
    std::vector<BoundExpression> packed;
    for (size_t i = 0; i < own; ++i) {
      if (comes_from(output_.columns, have[i].name)) continue;
      packed.push_back(string_constant(have[i].name, op_.span));
      packed.push_back(column_expression(i, have[i].type, op_.span));
    }
    BoundExpression bag = packed.empty() ? null_constant(Type::dynamic, op_.span)
                                         : TRY(make_call(binding_, "bag_pack", std::move(packed), op_.span));
    out.push_back({"pack_", std::move(bag)});
    return out;
  }

  Binding& binding_;
  const ast::Find& op_;
  const Reading& reading_;
  const Output& output_;
  const std::string_view source_;
  std::vector<Type> missing_types_;
};

}  // namespace

Result<PlanPtr> bind_find(Binding& binding, const ast::Find& op, PlanPtr input) {
  TRY(check_options(op, {"withsource", "with_source"}));
  if (op.predicate == nullptr) return semantic_error("'find' needs a predicate.", op.span);
  std::string_view source = "source_";
  for (const char* name : {"withsource", "with_source"})
    if (op.option(name)) source = op.option_text(name);
  std::vector<Leg> legs = TRY(bind_legs(binding, op, std::move(input)));
  const Reading reading = reading_of(binding, *op.predicate);
  if (legs.size() > 1) std::erase_if(legs, [&](const Leg& leg) { return !reads_any(reading, leg.plan->output); });
  if (legs.empty()) return semantic_error("None of the tables has a column of the predicate.", op.span);
  const Output output = TRY(output_of(op, legs, reading, source));
  FoundRows rows(binding, op, legs, reading, output, source);
  auto all = make_node<UnionNode>(op.span);
  for (Leg& leg : legs) all->inputs.push_back(TRY(rows.of(std::move(leg))));
  all->output = all->inputs.front()->output;
  if (all->inputs.size() == 1) return std::move(all->inputs.front());
  return all;
}

}  // namespace vedette::kql
