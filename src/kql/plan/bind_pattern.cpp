// Patterns: `declare pattern p = (a:string)[path:string] { ("x").["y"] = { … } }` and calls such as p("x").y.
// A call stands for the body of the rule whose texts are its arguments and path. Source: kusto/query:
// pattern-statement.
#include "tabular.h"

namespace vedette::kql {
namespace {

Result<bool> is_text(Binding& binding, const ast::Expr& expr, std::string_view text) {
  return TRY(bind_text(binding, expr, "A text of a pattern")) == text;
}

Result<bool> matches(Binding& binding, const ast::PatternRule& rule, const std::vector<std::string>& arguments,
                     const ast::Name* path) {
  if (rule.arguments.size() != arguments.size() || (rule.path != nullptr) != (path != nullptr)) return false;
  for (size_t i = 0; i < arguments.size(); ++i)
    if (!TRY(is_text(binding, *rule.arguments[i], arguments[i]))) return false;
  return rule.path == nullptr || TRY(is_text(binding, *rule.path, path->text));
}

Result<PlanPtr> bind_rule(Binding& binding, const ast::PatternRule& rule, const Variable& pattern, SourceSpan span) {
  if (binding.function_depth >= BindLimits::function_depth_max)
    return Error(ErrorCode::limit_exceeded,
                 "Functions call each other more than " + std::to_string(BindLimits::function_depth_max) +
                     " deep (function_depth_max).",
                 span);
  const ScopeChange change(binding, pattern.closure);
  for (const ast::Statement* statement : rule.statements) TRY(bind_statement(binding, Rows{}, *statement));
  if (rule.body == nullptr) return semantic_error("The pattern's rule has no body.", span);
  return bind_tabular(binding, *rule.body);
}

}  // namespace

std::optional<PatternCall> pattern_call(const Binding& binding, const ast::Expr& expr) {
  PatternCall out;
  const auto* member = expr.try_as<ast::Member>();
  out.call = (member ? *member->target : expr).try_as<ast::Call>();
  if (out.call == nullptr || out.call->target != nullptr) return std::nullopt;
  out.pattern = find_variable(binding.scope, out.call->name.text);
  if (out.pattern == nullptr || out.pattern->kind != Variable::Kind::pattern) return std::nullopt;
  if (member != nullptr) out.path = &member->name;
  return out;
}

Result<PlanPtr> bind_pattern_call(Binding& binding, const PatternCall& call, SourceSpan span) {
  const Variable pattern = *call.pattern;
  std::vector<std::string> arguments;
  for (const ast::NamedExpr& argument : call.call->arguments)
    arguments.push_back(TRY(bind_text(binding, *argument.expr, "An argument of a pattern")));
  for (const ast::PatternRule& rule : pattern.pattern->rules)
    if (TRY(matches(binding, rule, arguments, call.path))) return bind_rule(binding, rule, pattern, span);
  return semantic_error("The pattern " + quoted(pattern.name) + " has no rule for this.", span);
}

}  // namespace vedette::kql
