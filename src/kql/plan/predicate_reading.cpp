#include "predicate_reading.h"

#include <algorithm>

namespace vedette::kql {
namespace {

void read_names(const Binding& binding, const ast::Expr& expr, Reading& reading) {
  const auto all = [&](const auto& parts) {
    for (const ast::Expr* part : parts) read_names(binding, *part, reading);
  };
  if (const auto* name = expr.try_as<ast::NameRef>(); name && !find_variable(binding.scope, name->name.text)) {
    if (!reads(reading, name->name.text)) reading.names.push_back(name->name.text);
  } else if (expr.kind == ast::ExprKind::star) {
    reading.everywhere = true;
  } else if (const auto* binary = expr.try_as<ast::Binary>()) {
    all(std::initializer_list<const ast::Expr*>{binary->left, binary->right});
  } else if (const auto* logical = expr.try_as<ast::Logical>()) {
    all(logical->operands);
  } else if (const auto* unary = expr.try_as<ast::Unary>()) {
    read_names(binding, *unary->operand, reading);
  } else if (const auto* list = expr.try_as<ast::InList>()) {
    read_names(binding, *list->left, reading);
    all(list->items);
  } else if (const auto* between = expr.try_as<ast::Between>()) {
    all(std::initializer_list<const ast::Expr*>{between->value, between->low, between->high});
  } else if (const auto* call = expr.try_as<ast::Call>()) {
    const std::string_view function = call->name.text;
    if (function == "pack_all" || function == "column_ifexists") reading.everywhere = true;
    for (const ast::NamedExpr& argument : call->arguments) read_names(binding, *argument.expr, reading);
  } else if (const auto* member = expr.try_as<ast::Member>()) {
    read_names(binding, *member->target, reading);
  } else if (const auto* element = expr.try_as<ast::Element>()) {
    all(std::initializer_list<const ast::Expr*>{element->target, element->index});
  }
}

// Terms stand where bind_search_predicate() takes them: alone, and in and, or and not.
bool has_term(const ast::Expr& expr) {
  if (const auto* literal = expr.try_as<ast::Literal>()) return literal->type == ast::ScalarType::string;
  if (const auto* logical = expr.try_as<ast::Logical>())
    return std::any_of(logical->operands.begin(), logical->operands.end(),
                       [](const ast::Expr* operand) { return has_term(*operand); });
  const auto* call = expr.try_as<ast::Call>();
  return call && call->name.text == "not" && call->arguments.size() == 1 && has_term(*call->arguments[0].expr);
}

}  // namespace

Reading reading_of(const Binding& binding, const ast::Expr& predicate) {
  Reading reading;
  reading.everywhere = has_term(predicate);
  read_names(binding, predicate, reading);
  return reading;
}

bool reads(const Reading& reading, std::string_view column) {
  return std::find(reading.names.begin(), reading.names.end(), column) != reading.names.end();
}

bool reads_any(const Reading& reading, const Schema& columns) {
  return reading.everywhere || std::any_of(columns.begin(), columns.end(),
                                           [&](const columnar::Column& column) { return reads(reading, column.name); });
}

}  // namespace vedette::kql
