// union and search: rows of several tables under one schema.
#include <algorithm>
#include <map>

#include "operators.h"

namespace vedette::kql {
namespace {

struct Leg {
  PlanPtr plan;
  std::string source;  // what withsource and search's $table say
};

bool matches(std::string_view pattern, std::string_view name) {
  const size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == name;
  if (!name.starts_with(pattern.substr(0, star))) return false;
  name.remove_prefix(star);
  pattern.remove_prefix(star + 1);
  for (size_t skip = 0; skip <= name.size(); ++skip)
    if (matches(pattern, name.substr(skip))) return true;
  return false;
}

// Adds the tables of the catalog whose names match.
Status add_matching(Binding& binding, const ast::Name& pattern, std::vector<Leg>& legs) {
  bool any = false;
  for (const std::string& name : binding.catalog.table_names()) {
    if (!matches(pattern.text, name)) continue;
    legs.push_back({TRY(scan_table(binding, name, pattern.span)), name});
    any = true;
  }
  if (any) return {};
  return semantic_error("No table has a name like " + quoted(pattern.text) + ".", pattern.span);
}

bool is_missing(const Binding& binding, const ast::Expr& expr) {
  const auto* name = expr.try_as<ast::NameRef>();
  return name != nullptr && !name->name.wildcard && !find_variable(binding.scope, name->name.text) &&
         binding.catalog.find(name->name.text) == nullptr;
}

Status add_leg(Binding& binding, const ast::Expr& table, bool fuzzy, std::vector<Leg>& legs) {
  const auto* name = table.try_as<ast::NameRef>();
  if (name != nullptr && name->name.wildcard) {
    auto added = add_matching(binding, name->name, legs);
    if (added || !fuzzy) return added;
    binding.warnings.push_back(std::move(added).error());
    return {};
  }
  if (fuzzy && is_missing(binding, table)) {
    binding.warnings.push_back(unknown_table(binding, name->name.text, table.span));
    return {};
  }
  PlanPtr plan = TRY(bind_tabular(binding, table));
  std::string source = "union_arg" + std::to_string(legs.size());
  if (name != nullptr) source = std::string(name->name.text);
  if (const auto* call = table.try_as<ast::Call>(); call && find_variable(binding.scope, call->name.text))
    source = std::string(call->name.text);
  legs.push_back({std::move(plan), std::move(source)});
  return {};
}

struct UnionColumn {
  std::string name;         // in the result
  std::string source_name;  // in the legs
  Type type;
};

// Columns of one name and several types become name_type each, in the order the types occur
// (union-operator of the documentation).
std::vector<UnionColumn> unified(const std::vector<Leg>& legs) {
  std::vector<std::string> names;
  std::map<std::string, std::vector<Type>> types;
  for (const Leg& leg : legs) {
    for (const columnar::Column& column : leg.plan->output) {
      std::vector<Type>& known = types[column.name];
      if (known.empty()) names.push_back(column.name);
      if (std::find(known.begin(), known.end(), column.type) == known.end()) known.push_back(column.type);
    }
  }
  std::vector<UnionColumn> out;
  UniqueNames unique;
  for (const std::string& name : names) {
    const std::vector<Type>& of = types[name];
    for (const Type type : of)
      out.push_back(
          {unique.add(of.size() == 1 ? name : name + "_" + std::string(columnar::to_string(type))), name, type});
  }
  return out;
}

// kind=inner: columns of the same name and type in every leg.
void keep_common(const std::vector<Leg>& legs, std::vector<UnionColumn>& columns) {
  const auto in_all = [&](const UnionColumn& column) {
    return std::all_of(legs.begin(), legs.end(), [&](const Leg& leg) {
      const auto found = columnar::find_column(leg.plan->output, column.source_name);
      return found && leg.plan->output[*found].type == column.type;
    });
  };
  std::erase_if(columns, [&](const UnionColumn& column) { return !in_all(column); });
}

// Each leg brought to the columns; `source` first when it is named.
Result<PlanPtr> unite(Binding& binding, std::vector<Leg> legs, const std::vector<UnionColumn>& columns,
                      std::string_view source, SourceSpan span) {
  auto node = make_node<UnionNode>(span);
  if (!source.empty()) node->output.push_back({std::string(source), Type::string});
  for (const UnionColumn& column : columns) node->output.push_back({column.name, column.type});
  for (Leg& leg : legs) {
    std::vector<Projected> projected;
    if (!source.empty()) projected.push_back({std::string(source), string_constant(leg.source, span)});
    for (const UnionColumn& column : columns) {
      const auto found = columnar::find_column(leg.plan->output, column.source_name);
      const bool present = found && leg.plan->output[*found].type == column.type;
      projected.push_back(
          {column.name, present ? column_expression(*found, column.type, span) : null_constant(column.type, span)});
    }
    node->inputs.push_back(TRY(project(binding, std::move(leg.plan), std::move(projected), span)));
  }
  if (node->inputs.size() == 1) return std::move(node->inputs[0]);
  return node;
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

}  // namespace

Result<PlanPtr> bind_union(Binding& binding, const ast::Union& op, PlanPtr input) {
  TRY(check_options(op, {"kind", "withsource", "with_source", "isfuzzy"}));
  const std::string_view kind = op.option_text("kind");
  if (op.option("kind") && kind != "inner" && kind != "outer")
    return semantic_error("There is no kind " + quoted(kind) + " of union.", op.option("kind")->name.span);
  std::vector<Leg> legs;
  if (input != nullptr) legs.push_back({std::move(input), "union_arg0"});
  const bool fuzzy = is_true(op.option("isfuzzy"));
  for (const ast::Expr* table : op.tables) TRY(add_leg(binding, *table, fuzzy, legs));
  if (legs.empty()) return semantic_error("None of the tables of the union exists.", op.span);
  std::vector<UnionColumn> columns = unified(legs);
  if (kind == "inner") keep_common(legs, columns);
  return unite(binding, std::move(legs), columns, source_option(op), op.span);
}

// search: the union of its tables, with $table, where the predicate holds.
Result<PlanPtr> bind_search(Binding& binding, const ast::Search& op, PlanPtr input) {
  (void)binding;
  (void)input;
  return not_supported("The operator 'search'", op.keyword.span);
}

}  // namespace vedette::kql
