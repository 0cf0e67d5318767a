// Which conditions a source is told of: a column, one of KQL's operators and constants, under `and` and `or`.
#include <algorithm>
#include <array>
#include <climits>

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

// An int column is compared to numbers as tolong(column); the column itself says the same for numbers that are ints.
const BoundExpression& without_widening(const BoundExpression& value) {
  const bool widened = value.kind == ExpressionKind::call && value.function->name == "tolong" &&
                       value.arguments.size() == 1 && value.arguments[0].type == Type::int_;
  return widened ? value.arguments[0] : value;
}

// The value as a constant of the column's type; nullopt when it is none, or null.
std::optional<Vector> constant_of(const BoundExpression& value, Type type) {
  if (!is_constant(value) || value.constant.is_null(0)) return std::nullopt;
  if (value.type == type) return value.constant;
  if (type != Type::int_ || value.type != Type::long_) return std::nullopt;
  const int64_t number = value.constant.view<int64_t>()[0];
  if (number < INT32_MIN || number > INT32_MAX) return std::nullopt;
  columnar::VectorBuilder builder(Type::int_, 1);
  builder.append<int32_t>(static_cast<int32_t>(number));
  return builder.finish();
}

std::optional<Predicate> on_column(std::string_view op, const BoundExpression& subject,
                                   const std::vector<BoundExpression>& values, size_t first, size_t end) {
  const BoundExpression& column = without_widening(subject);
  if (column.kind != ExpressionKind::column || column.type == Type::dynamic) return std::nullopt;
  Predicate out;
  out.op = std::string(op);
  out.column = column.column;
  for (size_t i = first; i < end; ++i) {
    auto constant = constant_of(values[i], column.type);
    if (!constant) return std::nullopt;
    out.constants.push_back(std::move(*constant));
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
