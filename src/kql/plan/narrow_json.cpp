// parse_json() of which only some members are read makes only these: `extend a = parse_json(x) | where a.b > 1 |
// count`.
//
// A projection's column is narrowed when all that stands above it, up to the node that ends its columns (a summarize, a
// count, another projection), reads it as `column.key…`.
#include <algorithm>
#include <set>
#include <string>

#include "expressions.h"
#include "optimizer.h"
#include "plan_walk.h"
#include "vedette/kql/functions/signature.h"

namespace vedette::kql {
namespace {

bool is_parse_json(const BoundExpression& expression) {
  return expression.kind == ExpressionKind::call && expression.function->name == "parse_json" &&
         expression.arguments.size() == 1 && expression.arguments[0].type == Type::string;
}

// Adds the keys by which `expression` reads members of `column`; false when it reads the column in another way.
bool collect_keys(const BoundExpression& expression, size_t column, std::set<std::string>& keys) {
  if (expression.kind == ExpressionKind::column) return expression.column != column;
  size_t first = 0;
  if (expression.kind == ExpressionKind::member && expression.arguments[0].kind == ExpressionKind::column &&
      expression.arguments[0].column == column) {
    if (expression.path.empty() || expression.path[0].kind != PathStep::Kind::key) return false;
    keys.insert(expression.path[0].key);
    first = 1;
  }
  return std::all_of(expression.arguments.begin() + static_cast<std::ptrdiff_t>(first), expression.arguments.end(),
                     [&](const BoundExpression& argument) { return collect_keys(argument, column, keys); });
}

void narrow(ProjectNode& project, const std::vector<PlanNode*>& readers) {
  constexpr size_t keys_max = 16;
  for (size_t column = 0; column < project.expressions.size(); ++column) {
    BoundExpression& value = project.expressions[column];
    if (!is_parse_json(value)) continue;
    std::set<std::string> keys;
    bool only_members = true;
    for (PlanNode* reader : readers)
      for_each_expression(*reader, [&](BoundExpression& expression) {
        only_members = only_members && collect_keys(expression, column, keys);
      });
    if (!only_members || keys.empty() || keys.size() > keys_max) continue;
    std::vector<ArgumentType> types{{.type = Type::string}};
    for (const std::string& key : keys) {
      value.arguments.push_back(constant_expression(columnar::constant_string(key), value.span));
      types.push_back({.type = Type::string});
    }
    value.function = resolve_scalar("$parse_json_members", types).function;
  }
}

}  // namespace

void narrow_json(PlanNode& plan) {
  const bool ends_columns =
      plan.kind == NodeKind::count || plan.kind == NodeKind::summarize || plan.kind == NodeKind::project;
  if (ends_columns) {
    std::vector<PlanNode*> readers{&plan};
    PlanNode* below = plan.inputs[0].get();
    for (; below->kind == NodeKind::filter; below = below->inputs[0].get()) readers.push_back(below);
    if (below->kind == NodeKind::project) narrow(static_cast<ProjectNode&>(*below), readers);
  }
  for_each_child(plan, [](PlanPtr& child, bool) { narrow_json(*child); });
}

}  // namespace vedette::kql
