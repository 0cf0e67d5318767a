// `x in (…)`, has_any and has_all, and `* has "x"`.
#include <algorithm>
#include <string>

#include "expressions.h"
#include "tabular.h"

namespace vedette::kql {
namespace {

// Operators of text, which `*` applies to every column as text; others apply to the columns of their type.
bool compares_text(std::string_view op) {
  static constexpr std::string_view words[] = {"has",       "contains",  "startswith",    "endswith",
                                               "hasprefix", "hassuffix", "matches regex", "=~"};
  return std::any_of(std::begin(words), std::end(words), [&](std::string_view word) {
    return op == word || (op.starts_with(word) && op.substr(word.size()) == "_cs");
  });
}

// The rows as one array: a sub-query of the first column.
Result<BoundExpression> array_of(Binding& binding, const ast::Expr& table) {
  PlanPtr rows = TRY(bind_tabular(binding, table));
  if (rows->output.empty()) return semantic_error("The table has no column.", table.span);
  BoundExpression array;
  array.kind = ExpressionKind::subquery;
  array.type = Type::dynamic;
  array.span = table.span;
  array.form = SubqueryForm::array;
  array.subplan = TRY(subplan_of(binding, std::move(rows), table.span));
  return array;
}

// The bytes, in lower case, that a value of the type is written with; "" when that may be any.
std::string_view alphabet_of(Type type) {
  switch (type) {
    case Type::bool_:
      return "truefals01";
    case Type::int_:
    case Type::long_:
      return "0123456789-";
    case Type::datetime:
      return "0123456789-:.tz";
    case Type::timespan:
      return "0123456789-:.";
    case Type::guid:
      return "0123456789abcdef-";
    default:
      return {};
  }
}

// Whether no value of the type can satisfy `value op text`, so that a search of all columns need not read it.
bool never_holds(Type type, std::string_view op, const BoundExpression& text) {
  const std::string_view alphabet = alphabet_of(type);
  if (alphabet.empty() || op.starts_with('!') || op == "matches regex" || !is_constant(text) ||
      text.type != Type::string)
    return false;
  const std::string_view wanted = text.constant.view<std::string_view>()[0];
  return std::any_of(wanted.begin(), wanted.end(), [&](char c) {
    return alphabet.find(c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c) == std::string_view::npos;
  });
}

}  // namespace

Result<BoundExpression> bind_in_list(Binding& binding, const Rows& rows, const ast::InList& list,
                                     BoundExpression left) {
  std::vector<BoundExpression> arguments;
  arguments.push_back(std::move(left));
  if (list.items.size() == 1 && is_tabular(binding, rows, *list.items[0])) {
    arguments.push_back(TRY(array_of(binding, *list.items[0])));
    return make_call(binding, list.op, std::move(arguments), list.span);
  }
  for (const ast::Expr* item : list.items) {
    arguments.push_back(TRY(bind_expression(binding, rows, *item)));
    if (arguments.back().type == Type::dynamic && list.items.size() > 1)
      return not_supported("A dynamic beside other values in the list of " + quoted(list.op), item->span);
  }
  return make_call(binding, list.op, std::move(arguments), list.span);
}

Result<BoundExpression> bind_star_comparison(Binding& binding, const Rows& rows, const ast::Binary& binary) {
  if (rows.columns == nullptr || !rows.names_visible)
    return semantic_error("'*' stands for no columns here.", binary.span);
  const std::string_view op = function_of(binary);
  const bool text = compares_text(op);
  if (!text && op != "==") return not_supported("'*' before " + quoted(op), binary.op_span);
  const BoundExpression value = TRY(bind_expression(binding, rows, *binary.right));
  BoundExpression any;
  bool first = true;
  for (size_t i = 0; i < rows.columns->size(); ++i) {
    const Type type = (*rows.columns)[i].type;
    if ((!text && type != value.type) || (*rows.columns)[i].name.starts_with('$')) continue;
    if (text && never_holds(type, op, value)) continue;
    std::vector<BoundExpression> sides;
    sides.push_back(column_expression(i, type, binary.left->span));
    if (text) sides[0] = TRY(converted(binding, std::move(sides[0]), Type::string));
    sides.push_back(value);
    BoundExpression one = TRY(make_call(binding, op, std::move(sides), binary.span));
    if (first) {
      any = std::move(one);
    } else {
      std::vector<BoundExpression> either;
      either.push_back(std::move(any));
      either.push_back(std::move(one));
      any = TRY(make_call(binding, "or", std::move(either), binary.span));
    }
    first = false;
  }
  if (first) return constant_expression(columnar::constant_bool(false), binary.span);
  return any;
}

}  // namespace vedette::kql
