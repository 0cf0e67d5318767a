// search: the rows of its tables in which some column has a term, or for which a predicate with such terms holds.
#include <algorithm>
#include <functional>

#include "united.h"

namespace vedette::kql {
namespace {

enum class Case : uint8_t { insensitive, sensitive };

struct Term {
  std::string text;
  std::string op;
};

// "x*y" as a regular expression; at an end without a star it matches to the word's end.
Result<std::string> regex_of(Binding& binding, std::string_view text, bool open_start, bool open_end, SourceSpan span) {
  std::string regex = open_start ? "" : "\\b";
  for (size_t star = 0; star != std::string_view::npos;) {
    star = text.find('*');
    const BoundExpression part = TRY(make_call(binding, "regex_quote", {string_constant(text.substr(0, star))}, span));
    regex += constant_text(part).value();
    if (star != std::string_view::npos) regex += ".*", text.remove_prefix(star + 1);
  }
  return open_end ? regex : regex + "\\b";
}

// "x" is a term, "x*" the start of one, "*x" the end, "*x*" any part, "x*y" a regular expression, which heeds case
// always (search-operator of the documentation).
Result<Term> term_of(Binding& binding, const ast::Literal& literal, Case sensitivity) {
  std::string_view text = literal.is_null() ? std::string_view() : literal.text();
  const bool open_start = text.starts_with('*');
  if (open_start) text.remove_prefix(1);
  const bool open_end = text.ends_with('*');
  if (open_end) text.remove_suffix(1);
  if (text.find('*') != std::string_view::npos)
    return Term{TRY(regex_of(binding, text, open_start, open_end, literal.span)), "matches regex"};
  const char* op = open_start && open_end ? "contains" : open_start ? "hassuffix" : open_end ? "hasprefix" : "has";
  return Term{std::string(text), std::string(op) + (sensitivity == Case::sensitive ? "_cs" : "")};
}

Result<BoundExpression> bind_term(Binding& binding, const Rows& rows, const ast::Expr& column,
                                  const ast::Literal& literal, Case sensitivity) {
  const Term term = TRY(term_of(binding, literal, sensitivity));
  ast::Literal text = literal;
  text.value = std::string_view(term.text);
  ast::Binary binary;
  binary.span = binary.op_span = literal.span;
  binary.op = term.op;
  binary.left = &column;
  binary.right = &text;
  return bind_expression(binding, rows, binary);
}

const ast::Literal* as_term(const ast::Expr& expr) {
  const auto* literal = expr.try_as<ast::Literal>();
  return literal && literal->type == ast::ScalarType::string ? literal : nullptr;
}

// Terms stand among and, or and not, of any column or, behind `:`, of one; everything else is an ordinary condition.
Result<BoundExpression> bind_predicate(Binding& binding, const Rows& rows, const ast::Expr& expr, Case sensitivity) {
  if (const ast::Literal* term = as_term(expr)) {
    ast::Star star;
    star.span = term->span;
    return bind_term(binding, rows, star, *term, sensitivity);
  }
  if (const auto* binary = expr.try_as<ast::Binary>(); binary && binary->op == ":")
    if (const ast::Literal* term = as_term(*binary->right))
      return bind_term(binding, rows, *binary->left, *term, sensitivity);
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
    std::string name = binding.input_name.empty() ? source_name(*input) : std::string(binding.input_name);
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
    if (name && name->name.wildcard) {
      TRY(add_matching_tables(binding, name->name, legs));
      continue;
    }
    PlanPtr plan = TRY(bind_tabular(binding, *table));
    legs.push_back({std::move(plan), std::string(name_of_rows(binding, *table))});
  }
  return legs;
}

// The columns that must satisfy the predicate: those beside the operators of all its conditions.
void required_columns(const Binding& binding, const ast::Expr& expr, std::vector<std::string_view>& names) {
  if (const auto* name = expr.try_as<ast::NameRef>(); name && !find_variable(binding.scope, name->name.text))
    names.push_back(name->name.text);
  if (const auto* binary = expr.try_as<ast::Binary>()) {
    required_columns(binding, *binary->left, names);
    required_columns(binding, *binary->right, names);
  }
  if (const auto* logical = expr.try_as<ast::Logical>(); logical && logical->is_and)
    for (const ast::Expr* operand : logical->operands) required_columns(binding, *operand, names);
}

// Tables without a column that must satisfy the predicate have no rows to give, nor columns. Where that is true of all
// they stay, so that the predicate says what is wrong.
void drop_tables_without(const Binding& binding, const ast::Expr& predicate, std::vector<Leg>& legs) {
  std::vector<std::string_view> names;
  required_columns(binding, predicate, names);
  const auto fits = [&](const Leg& leg) {
    return std::all_of(names.begin(), names.end(), [&](std::string_view name) {
      return columnar::find_column(leg.plan->output, name).has_value();
    });
  };
  if (std::any_of(legs.begin(), legs.end(), fits)) std::erase_if(legs, std::not_fn(fits));
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
  drop_tables_without(binding, *op.predicate, legs);
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
