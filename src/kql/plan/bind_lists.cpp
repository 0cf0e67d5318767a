// `x in (…)`, has_any and has_all, and `* has "x"`.
#include <algorithm>
#include <string>

#include "conditions.h"
#include "expressions.h"
#include "tabular.h"
#include "vedette/kql/functions/signature.h"

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

// "x in (a, b)" is x == a or x == b, "x !in (a, b)" is x != a and x != b (in-operator of the documentation).
struct ListOperator {
  std::string_view name, of_one, joined_by;
};
constexpr ListOperator list_operators[] = {
    {"in", "==", "or"}, {"!in", "!=", "and"}, {"in~", "=~", "or"}, {"!in~", "!~", "and"}};

// nullptr for has_any and has_all.
const ListOperator* find_list_operator(std::string_view name) {
  const auto found = std::find_if(std::begin(list_operators), std::end(list_operators),
                                  [&](const ListOperator& row) { return row.name == name; });
  return found == std::end(list_operators) ? nullptr : found;
}

// Whether one call compares the left value to each item as it would to that item alone. Not with texts and others in
// one list, since a text is read as what stands beside it, and a dynamic is a text beside texts and a number beside
// numbers. Nor with several arrays.
bool is_one_list(std::string_view op, const std::vector<BoundExpression>& arguments) {
  std::vector<ArgumentType> types;
  size_t dynamics = 0, texts = 0, others = 0;
  for (const BoundExpression& argument : arguments) {
    types.push_back({argument.type, is_constant(argument) && argument.type == Type::string});
    dynamics += argument.type == Type::dynamic;
    texts += argument.type == Type::string;
    others += argument.type != Type::string && argument.type != Type::dynamic;
  }
  const size_t items = arguments.size() - 1, arrays = dynamics - (arguments[0].type == Type::dynamic);
  if (arrays > 0 && items > 1) return false;
  if (texts > 0 && others > 0) return false;
  return resolve_scalar(op, types).function != nullptr;
}

// The left value and the items of one type, in one call where one takes them, else item by item.
Status bind_part(Binding& binding, const ListOperator& op, std::vector<BoundExpression> part, SourceSpan span,
                 std::vector<BoundExpression>& tests) {
  TRY(count_expression_nodes(binding, size_of(part[0]), span));
  TRY(read_text_as_other(binding, op.name, part));
  if (is_one_list(op.name, part)) {
    tests.push_back(TRY(make_call(binding, op.name, std::move(part), span)));
    return {};
  }
  for (size_t i = 1; i < part.size(); ++i) {
    TRY(count_expression_nodes(binding, size_of(part[0]), span));
    std::vector<BoundExpression> sides{part[0], std::move(part[i])};
    tests.push_back(TRY(make_call(binding, op.of_one, std::move(sides), span)));
  }
  return {};
}

// A list that no call takes as a whole: the items of each type, and every array, are a list of their own.
Result<BoundExpression> bind_parts(Binding& binding, const ListOperator& op, std::vector<BoundExpression> arguments,
                                   SourceSpan span) {
  const BoundExpression& left = arguments[0];
  if (!moves(left)) return not_supported("A list of several types beside a value that differs at every look", span);
  std::vector<std::vector<BoundExpression>> parts;
  for (size_t i = 1; i < arguments.size(); ++i) {
    const Type type = arguments[i].type;
    const auto is_its_part = [&](const auto& part) { return type != Type::dynamic && part[1].type == type; };
    const auto found = std::find_if(parts.begin(), parts.end(), is_its_part);
    auto& part = found == parts.end() ? parts.emplace_back(1, left) : *found;
    part.push_back(std::move(arguments[i]));
  }
  std::vector<BoundExpression> tests;
  for (auto& part : parts) TRY(bind_part(binding, op, std::move(part), span, tests));
  if (tests.size() == 1) return std::move(tests[0]);
  return make_call(binding, op.joined_by, std::move(tests), span);
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
  const ListOperator* op = find_list_operator(list.op);
  for (const ast::Expr* item : list.items) {
    arguments.push_back(TRY(bind_expression(binding, rows, *item)));
    if (op == nullptr && arguments.back().type == Type::dynamic && list.items.size() > 1)
      return not_supported("A dynamic beside other values in the list of " + quoted(list.op), item->span);
  }
  if (op != nullptr && arguments.size() > 1 && !is_one_list(op->name, arguments))
    return bind_parts(binding, *op, std::move(arguments), list.span);
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
