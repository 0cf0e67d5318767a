// find: the rows of several tables for which a predicate holds, with the columns they have in common.
// Source: kusto/query: find-operator; the columns are those of the official binder (Kusto.Language).
//
// The result has the source's name, then with project-smart the columns common to all tables that have a column of the
// predicate, and the predicate's; what is left of each table is packed into `pack_`. A common column of several types
// is dynamic.
#include <algorithm>
#include <unordered_set>

#include "united.h"

namespace vedette::kql {
namespace {

// The columns that a predicate reads, in the order of the text; `everywhere` when a term or star reads all.
struct Reading {
  std::vector<std::string_view> names;
  bool everywhere = false;
};

void read_names(const Binding& binding, const ast::Expr& expr, Reading& reading) {
  const auto all = [&](const auto& parts) {
    for (const ast::Expr* part : parts) read_names(binding, *part, reading);
  };
  if (const auto* name = expr.try_as<ast::NameRef>(); name && !find_variable(binding.scope, name->name.text)) {
    if (std::find(reading.names.begin(), reading.names.end(), name->name.text) == reading.names.end())
      reading.names.push_back(name->name.text);
  } else if (expr.kind == ast::ExprKind::star) {
    reading.everywhere = true;
  } else if (const auto* binary = expr.try_as<ast::Binary>()) {
    all(std::initializer_list<const ast::Expr*>{binary->left, binary->right});
  } else if (const auto* logical = expr.try_as<ast::Logical>()) {
    for (const ast::Expr* operand : logical->operands) {
      const auto* literal = operand->try_as<ast::Literal>();
      if (literal && literal->type == ast::ScalarType::string) reading.everywhere = true;
    }
    all(logical->operands);
  } else if (const auto* unary = expr.try_as<ast::Unary>()) {
    read_names(binding, *unary->operand, reading);
  } else if (const auto* list = expr.try_as<ast::InList>()) {
    read_names(binding, *list->left, reading);
    all(list->items);
  } else if (const auto* between = expr.try_as<ast::Between>()) {
    all(std::initializer_list<const ast::Expr*>{between->value, between->low, between->high});
  } else if (const auto* call = expr.try_as<ast::Call>()) {
    for (const ast::NamedExpr& argument : call->arguments) read_names(binding, *argument.expr, reading);
  } else if (const auto* member = expr.try_as<ast::Member>()) {
    read_names(binding, *member->target, reading);
  } else if (const auto* element = expr.try_as<ast::Element>()) {
    all(std::initializer_list<const ast::Expr*>{element->target, element->index});
  }
}

Reading reading_of(const Binding& binding, const ast::Expr& predicate) {
  Reading reading;
  const auto* literal = predicate.try_as<ast::Literal>();
  if (literal && literal->type == ast::ScalarType::string) reading.everywhere = true;
  read_names(binding, predicate, reading);
  return reading;
}

Result<std::vector<Leg>> bind_legs(Binding& binding, const ast::Find& op, PlanPtr input) {
  std::vector<Leg> legs;
  if (input != nullptr) legs.push_back({std::move(input), "find_arg0"});
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
    std::string source = name ? std::string(name->name.text) : "find_arg" + std::to_string(legs.size());
    legs.push_back({TRY(bind_tabular(binding, *table)), std::move(source)});
  }
  return legs;
}

void keep_referenced(std::vector<Leg>& legs, const Reading& reading) {
  if (legs.size() == 1 || reading.everywhere) return;
  std::erase_if(legs, [&](const Leg& leg) {
    return std::none_of(reading.names.begin(), reading.names.end(), [&](std::string_view name) {
      return columnar::find_column(leg.plan->output, name).has_value();
    });
  });
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

Result<columnar::Column> one_typed(const std::vector<Leg>& legs, std::string_view name, SourceSpan span) {
  const std::vector<Type> types = types_of(legs, name);
  if (types.empty()) return semantic_error("None of the tables has a column " + quoted(name) + ".", span);
  if (types.size() > 1) return not_supported("The column " + quoted(name) + " of several types in 'find'", span);
  return columnar::Column{std::string(name), types.front()};
}

Result<Schema> smart_columns(const std::vector<Leg>& legs, const Reading& reading, SourceSpan span) {
  Schema columns;
  for (const columnar::Column& column : legs.front().plan->output) {
    const bool common = std::all_of(legs.begin(), legs.end(), [&](const Leg& leg) {
      return columnar::find_column(leg.plan->output, column.name).has_value();
    });
    if (!common) continue;
    columns.push_back({column.name, types_of(legs, column.name).size() > 1 ? Type::dynamic : column.type});
  }
  for (const std::string_view name : reading.names)
    if (!columnar::find_column(columns, name)) columns.push_back(TRY(one_typed(legs, name, span)));
  return columns;
}

struct Output {
  Schema columns;
  bool packs = false;
};

Result<Output> output_of(const ast::Find& op, const std::vector<Leg>& legs, const Reading& reading) {
  Output output;
  if (op.project.empty()) {
    output.columns = TRY(smart_columns(legs, reading, op.span));
    output.packs = std::any_of(legs.begin(), legs.end(), [&](const Leg& leg) {
      return std::any_of(leg.plan->output.begin(), leg.plan->output.end(), [&](const columnar::Column& column) {
        return !columnar::find_column(output.columns, column.name);
      });
    });
  }
  for (const auto& item : op.project) {
    if (item.pack) {
      if (&item != &op.project.back()) return semantic_error("pack must be the last item of the list.", op.span);
      output.packs = true;
      continue;
    }
    const ast::Name& name = item.column.name;
    if (item.column.type != ast::ScalarType::unknown)
      output.columns.push_back({std::string(name.text), to_type(item.column.type)});
    else
      output.columns.push_back(TRY(one_typed(legs, name.text, name.span)));
  }
  if (op.project_away_star) output = {{}, output.packs && !op.project.empty()};
  for (const auto& item : op.project_away)
    std::erase_if(output.columns, [&](const columnar::Column& column) { return column.name == item.column.name.text; });
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
    for (const columnar::Column& column : output_.columns) {
      const auto found = columnar::find_column(have, column.name);
      BoundExpression value =
          found ? column_expression(*found, have[*found].type) : null_constant(column.type, op_.span);
      out.push_back({column.name, TRY(converted(binding_, std::move(value), column.type))});
    }
    if (!output_.packs) return out;
    std::vector<BoundExpression> packed;
    for (size_t i = 0; i < own; ++i) {
      if (columnar::find_column(output_.columns, have[i].name)) continue;
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
  keep_referenced(legs, reading);
  if (legs.empty()) return semantic_error("None of the tables has a column of the predicate.", op.span);
  const Output output = TRY(output_of(op, legs, reading));
  FoundRows rows(binding, op, legs, reading, output, source);
  auto all = make_node<UnionNode>(op.span);
  for (Leg& leg : legs) all->inputs.push_back(TRY(rows.of(std::move(leg))));
  all->output = all->inputs.front()->output;
  if (all->inputs.size() == 1) return std::move(all->inputs.front());
  return all;
}

}  // namespace vedette::kql
