// search: the rows of its tables in which some column has a term, or for which a predicate with such terms holds.
#include <algorithm>

#include "united.h"

namespace vedette::kql {
namespace {

enum class Case : uint8_t { insensitive, sensitive };

struct Term {
  std::string text;
  std::string op;
};

// "x" is a term, "x*" the start of one, "*x" the end, "*x*" any part (search-operator of the documentation).
Result<Term> term_of(const ast::Literal& literal, Case sensitivity) {
  std::string_view text = literal.is_null() ? std::string_view() : literal.text();
  const bool open_start = text.starts_with('*');
  if (open_start) text.remove_prefix(1);
  const bool open_end = text.ends_with('*');
  if (open_end) text.remove_suffix(1);
  if (text.find('*') != std::string_view::npos) return not_supported("'*' inside of a term", literal.span);
  const char* op = open_start && open_end ? "contains" : open_start ? "hassuffix" : open_end ? "hasprefix" : "has";
  return Term{std::string(text), std::string(op) + (sensitivity == Case::sensitive ? "_cs" : "")};
}

Result<BoundExpression> bind_term(Binding& binding, const Rows& rows, const ast::Literal& literal, Case sensitivity) {
  const Term term = TRY(term_of(literal, sensitivity));
  ast::Star star;
  star.span = literal.span;
  ast::Literal text = literal;
  text.value = std::string_view(term.text);
  ast::Binary binary;
  binary.span = binary.op_span = literal.span;
  binary.op = term.op;
  binary.left = &star;
  binary.right = &text;
  return bind_star_comparison(binding, rows, binary);
}

// Terms stand among and, or and not; everything else is an ordinary condition.
Result<BoundExpression> bind_predicate(Binding& binding, const Rows& rows, const ast::Expr& expr, Case sensitivity) {
  const auto* literal = expr.try_as<ast::Literal>();
  if (literal && literal->type == ast::ScalarType::string) return bind_term(binding, rows, *literal, sensitivity);
  if (expr.kind == ast::ExprKind::star) return constant_expression(columnar::constant_bool(true), expr.span);
  std::vector<BoundExpression> operands;
  if (const auto* logical = expr.try_as<ast::Logical>()) {
    for (const ast::Expr* operand : logical->operands)
      operands.push_back(TRY(bind_predicate(binding, rows, *operand, sensitivity)));
    BoundExpression all = std::move(operands[0]);
    for (size_t i = 1; i < operands.size(); ++i)
      all =
          TRY(make_call(binding, logical->is_and ? "and" : "or", {std::move(all), std::move(operands[i])}, expr.span));
    return all;
  }
  const auto* call = expr.try_as<ast::Call>();
  if (call && call->name.text == "not" && call->arguments.size() == 1) {
    operands.push_back(TRY(bind_predicate(binding, rows, *call->arguments[0].expr, sensitivity)));
    return make_call(binding, "not", std::move(operands), expr.span);
  }
  return bind_expression(binding, rows, expr);
}

std::string source_name(const PlanNode& plan) {
  if (plan.kind == NodeKind::scan) return static_cast<const ScanNode&>(plan).table_name;
  return plan.inputs.size() == 1 ? source_name(*plan.inputs[0]) : "";
}

Result<std::vector<Leg>> bind_tables(Binding& binding, const ast::Search& op, PlanPtr input) {
  std::vector<Leg> legs;
  if (input != nullptr) {
    std::string name = source_name(*input);
    legs.push_back({std::move(input), std::move(name)});
    return legs;
  }
  ast::Name everything;
  everything.text = "*";
  everything.span = op.span;
  everything.wildcard = true;
  if (op.tables.empty()) TRY(add_matching_tables(binding, everything, legs));
  for (const ast::Expr* table : op.tables) {
    const auto* name = table->try_as<ast::NameRef>();
    if (name && name->name.wildcard)
      TRY(add_matching_tables(binding, name->name, legs));
    else
      legs.push_back({TRY(bind_tabular(binding, *table)), name ? std::string(name->name.text) : ""});
  }
  return legs;
}

// The columns that a predicate names, as far as they stand beside its operators.
void named_columns(const Binding& binding, const ast::Expr& expr, std::vector<std::string_view>& names) {
  if (const auto* name = expr.try_as<ast::NameRef>(); name && !find_variable(binding.scope, name->name.text))
    names.push_back(name->name.text);
  if (const auto* binary = expr.try_as<ast::Binary>()) {
    named_columns(binding, *binary->left, names);
    named_columns(binding, *binary->right, names);
  }
  if (const auto* logical = expr.try_as<ast::Logical>(); logical && logical->is_and)
    for (const ast::Expr* operand : logical->operands) named_columns(binding, *operand, names);
}

// Tables without a column that must satisfy the predicate have no rows to give, nor columns.
void drop_tables_without(std::vector<Leg>& legs, const std::vector<std::string_view>& names) {
  const auto has_all = [&](const Leg& leg) {
    return std::all_of(names.begin(), names.end(), [&](std::string_view name) {
      return columnar::find_column(leg.plan->output, name).has_value();
    });
  };
  if (std::any_of(legs.begin(), legs.end(), has_all))
    std::erase_if(legs, [&](const Leg& leg) { return !has_all(leg); });
}

}  // namespace

Result<BoundExpression> bind_search_predicate(Binding& binding, const Rows& rows, const ast::Expr& expr) {
  return bind_predicate(binding, rows, expr, Case::insensitive);
}

Result<PlanPtr> bind_search(Binding& binding, const ast::Search& op, PlanPtr input) {
  TRY(check_options(op, {"kind"}));
  const std::string_view kind = op.option_text("kind");
  if (op.option("kind") && kind != "case_sensitive" && kind != "case_insensitive" && kind != "default")
    return semantic_error("There is no kind " + quoted(kind) + " of search.", op.span);
  std::vector<Leg> legs = TRY(bind_tables(binding, op, std::move(input)));
  std::vector<std::string_view> named;
  named_columns(binding, *op.predicate, named);
  drop_tables_without(legs, named);
  PlanPtr plan = TRY(unite(binding, std::move(legs), CommonColumns::outer, "$table", op.span));
  const Rows rows{&plan->output, true, nullptr, nullptr};
  const Case sensitivity = kind == "case_sensitive" ? Case::sensitive : Case::insensitive;
  BoundExpression condition = TRY(bind_predicate(binding, rows, *op.predicate, sensitivity));
  if (condition.type != Type::bool_) return semantic_error("The predicate of 'search' must be a bool.", op.span);
  auto node = make_node<FilterNode>(op.span, std::move(plan));
  node->condition = std::move(condition);
  return node;
}

}  // namespace vedette::kql
