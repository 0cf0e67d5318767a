// Which conditions a source is told of: a column, one of KQL's operators and constants, under `and` and `or`.
#include <algorithm>
#include <array>

#include "expressions.h"
#include "optimizer.h"

namespace vedette::kql {
namespace {

constexpr std::array comparisons = std::to_array<std::string_view>({
    "==",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "=~",
    "!~",
    "has",
    "!has",
    "has_cs",
    "!has_cs",
    "hasprefix",
    "hasprefix_cs",
    "hassuffix",
    "hassuffix_cs",
    "contains",
    "!contains",
    "contains_cs",
    "!contains_cs",
    "startswith",
    "!startswith",
    "startswith_cs",
    "!startswith_cs",
    "endswith",
    "!endswith",
    "endswith_cs",
    "!endswith_cs",
    "matches regex",
});
constexpr std::array lists = std::to_array<std::string_view>({"in", "!in", "in~", "!in~", "has_any", "has_all"});
constexpr std::array tests = std::to_array<std::string_view>({"isempty", "isnotempty", "isnull", "isnotnull"});

template <class Table>
bool listed(const Table& table, std::string_view name) {
  return std::find(table.begin(), table.end(), name) != table.end();
}

// a < 5 is 5 > a.
std::string_view mirrored(std::string_view op) {
  if (op == "<") return ">";
  if (op == "<=") return ">=";
  if (op == ">") return "<";
  if (op == ">=") return "<=";
  return op == "==" || op == "!=" || op == "=~" || op == "!~" ? op : std::string_view();
}

bool is_value(const BoundExpression& expression, Type type) {
  return is_constant(expression) && expression.type == type && !expression.constant.is_null(0);
}

std::optional<Predicate> on_column(std::string_view op, const BoundExpression& column,
                                   const std::vector<BoundExpression>& values, size_t first, size_t end) {
  if (column.kind != ExpressionKind::column || column.type == Type::dynamic) return std::nullopt;
  Predicate out;
  out.op = std::string(op);
  out.column = column.column;
  for (size_t i = first; i < end; ++i) {
    if (!is_value(values[i], column.type)) return std::nullopt;
    out.constants.push_back(values[i].constant);
  }
  return out;
}

// The texts of a list that is one constant array of texts.
std::optional<Predicate> on_text_array(std::string_view op, const BoundExpression& column,
                                       const BoundExpression& array) {
  if (column.kind != ExpressionKind::column || column.type != Type::string) return std::nullopt;
  if (!is_constant(array) || array.type != Type::dynamic || array.constant.is_null(0)) return std::nullopt;
  const columnar::Dynamic value = array.constant.view<columnar::Dynamic>()[0];
  if (value.kind() != columnar::DynamicKind::array) return std::nullopt;
  Predicate out;
  out.op = std::string(op);
  out.column = column.column;
  for (const columnar::Dynamic& item : value.items()) {
    if (item.kind() != columnar::DynamicKind::string) return std::nullopt;
    out.constants.push_back(columnar::constant_string(item.text()));
  }
  return out;
}

std::optional<Predicate> of_children(std::string_view op, const std::vector<BoundExpression>& operands) {
  Predicate out;
  out.op = std::string(op);
  for (const BoundExpression& operand : operands) {
    auto child = predicate_of(operand);
    if (!child) return std::nullopt;
    out.children.push_back(std::move(*child));
  }
  return out;
}

std::optional<Predicate> of_between(const std::vector<BoundExpression>& arguments) {
  auto low = on_column(">=", arguments[0], arguments, 1, 2);
  auto high = on_column("<=", arguments[0], arguments, 2, 3);
  if (!low || !high) return std::nullopt;
  Predicate out;
  out.op = "and";
  out.children.push_back(std::move(*low));
  out.children.push_back(std::move(*high));
  return out;
}

}  // namespace

std::optional<Predicate> predicate_of(const BoundExpression& condition) {
  if (condition.kind != ExpressionKind::call) return std::nullopt;
  const std::string_view op = condition.function->name;
  const auto& arguments = condition.arguments;
  if (op == "and" || op == "or") return of_children(op, arguments);
  if (op == "between" && arguments.size() == 3) return of_between(arguments);
  if (listed(tests, op) && arguments.size() == 1) return on_column(op, arguments[0], arguments, 1, 1);
  if (listed(comparisons, op) && arguments.size() == 2) {
    if (is_constant(arguments[0]) && !mirrored(op).empty())
      return on_column(mirrored(op), arguments[1], arguments, 0, 1);
    return on_column(op, arguments[0], arguments, 1, 2);
  }
  if (listed(lists, op) && arguments.size() >= 2) {
    if (arguments.size() == 2 && arguments[1].type == Type::dynamic)
      return on_text_array(op, arguments[0], arguments[1]);
    return on_column(op, arguments[0], arguments, 1, arguments.size());
  }
  return std::nullopt;
}

}  // namespace vedette::kql
