// union: rows of several tables under one schema.
#include "united.h"

namespace vedette::kql {
namespace {

// The name of the table that a leg begins with, when there is none of that name.
const ast::Name* missing_table(const Binding& binding, const ast::Expr& expr) {
  if (const auto* pipe = expr.try_as<ast::Pipe>(); pipe && pipe->source) return missing_table(binding, *pipe->source);
  const auto* name = expr.try_as<ast::NameRef>();
  if (name == nullptr || name->name.wildcard || find_variable(binding.scope, name->name.text)) return nullptr;
  return binding.catalog.find(name->name.text) ? nullptr : &name->name;
}

Status add_leg(Binding& binding, const ast::Expr& table, bool fuzzy, std::vector<Leg>& legs) {
  const auto* name = table.try_as<ast::NameRef>();
  if (name != nullptr && name->name.wildcard) {
    auto added = add_matching_tables(binding, name->name, legs);
    if (added || !fuzzy) return added;
    binding.warnings.push_back(std::move(added).error());
    return {};
  }
  if (const ast::Name* missing = fuzzy ? missing_table(binding, table) : nullptr) {
    binding.warnings.push_back(unknown_table(binding, missing->text, missing->span));
    return {};
  }
  PlanPtr plan = TRY(bind_tabular(binding, table));
  legs.push_back({std::move(plan), source_of(name_of_rows(binding, table), "union_arg", legs.size())});
  return {};
}

std::string_view source_option(const ast::Operator& op) {
  for (const char* name : {"withsource", "with_source"})
    if (op.option(name)) return op.option_text(name);
  return {};
}

// A word or a truth value, as `isfuzzy=true` is either.
bool is_true(const ast::Option* option) {
  if (option == nullptr || option->value == nullptr) return false;
  if (const auto* word = option->value->try_as<ast::NameRef>()) return word->name.text == "true";
  const auto* literal = option->value->try_as<ast::Literal>();
  return literal && std::holds_alternative<bool>(literal->value) && std::get<bool>(literal->value);
}

bool is_true(const std::optional<BoundExpression>& constant) {
  return constant && constant_integer(*constant).value_or(0) != 0;
}

}  // namespace

Result<PlanPtr> bind_union(Binding& binding, const ast::Union& op, PlanPtr input) {
  TRY(check_options(op, {"kind", "withsource", "with_source", "isfuzzy"}));
  const std::string_view kind = op.option_text("kind");
  if (op.option("kind") && kind != "inner" && kind != "outer")
    return semantic_error("There is no kind " + quoted(kind) + " of union.", op.option("kind")->name.span);
  std::vector<Leg> legs;
  if (input != nullptr) legs.push_back({std::move(input), source_of(binding.input_name, "union_arg", 0)});
  const bool fuzzy = is_true(op.option("isfuzzy")) || is_true(binding.set_options.best_effort);
  for (const ast::Expr* table : op.tables) TRY(add_leg(binding, *table, fuzzy, legs));
  if (legs.empty()) return semantic_error("None of the tables of the union exists.", op.span);
  const CommonColumns common = kind == "inner" ? CommonColumns::inner : CommonColumns::outer;
  return unite(binding, std::move(legs), common, source_option(op), op.span);
}

}  // namespace vedette::kql
