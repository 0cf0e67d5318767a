#include "inner_text.h"

#include "plan_walk.h"
#include "projection.h"

namespace vedette::kql {
namespace {

// Places in our own text mean nothing to the user: what is bound of it stands at the operator.
void place(PlanNode& node, SourceSpan span) {
  node.span = span;
  for_each_expression(node, [&](BoundExpression& expression) {
    for_each_part(expression, [&](BoundExpression& part) { part.span = span; });
  });
  for_each_child(node, [&](PlanPtr& child, bool) { place(*child, span); });
}

}  // namespace

std::string column_text(std::string_view name) {
  std::string out = "['";
  for (const char c : name) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "']";
}

std::string column_list(const Schema& columns, std::string_view prefix) {
  std::string out;
  for (const columnar::Column& column : columns)
    out += (out.empty() ? "" : ", ") + std::string(prefix) + column_text(column.name);
  return out;
}

std::string assignments_text(const std::vector<std::string>& names, const std::vector<std::string>& values) {
  const auto unique = made_unique(names);
  std::string out;
  for (size_t i = 0; i < unique.size(); ++i) out += (i > 0 ? ", " : "") + column_text(unique[i]) + " = " + values[i];
  return out;
}

Status InnerText::add_value(std::string_view name, BoundExpression value) {
  Variable variable;
  variable.name = name;
  variable.scalar = std::move(value);
  scope_ = with(scope_, std::move(variable));
  return {};
}

Status InnerText::add_rows(std::string_view name, PlanPtr rows, RowReads reads) {
  if (reads == RowReads::several && reads_apply_input(*rows))
    return not_supported(quoted(who_) + " in mv-apply or partition", span_);
  scope_ = with(scope_, TRY(named_rows(binding_, name, std::move(rows), span_)));
  return {};
}

// An error of our own text stands at the operator; one of the user's words in it does too.
Result<PlanPtr> InnerText::bind(std::string text) {
  const auto placed = [&](Error error) {
    binding_.failed_operator = nullptr;  // one of our own text; the user's is around it
    error.span = span_;
    error.message = who_ + ": " + error.message;
    return error;
  };
  auto parsed = parse_or_error(text);
  if (!parsed) return placed(std::move(parsed).error());
  binding_.texts.push_back(std::move(*parsed));
  const size_t subplans_before = binding_.subplans.size();
  const auto statements = binding_.texts.back().statements();
  const ScopeChange change(binding_, scope_);
  for (size_t i = 0; i + 1 < statements.size(); ++i)
    if (auto bound = bind_statement(binding_, Rows{}, *statements[i]); !bound) return placed(std::move(bound).error());
  auto plan = bind_tabular(binding_, *statements.back()->as<ast::ExpressionStatement>().expr);
  if (!plan) return placed(std::move(plan).error());
  place(**plan, span_);
  for (size_t i = subplans_before; i < binding_.subplans.size(); ++i) place(*binding_.subplans[i].plan, span_);
  return plan;
}

}  // namespace vedette::kql
