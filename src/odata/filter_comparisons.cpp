// Comparisons of $filter: eq, ne, gt, ge, lt, le, in, has. Both sides must be of one type (OData 4.01 part 2, 5.1.1.1).
#include <algorithm>

#include "filter_binder.h"
#include "value_kinds.h"
#include "vedette/base/nearest_name.h"

namespace vedette::odata {
namespace {

using base::Result;
using edm::Primitive;
using store::Expression;
using store::Operator;
using Kind = FilterNode::Kind;

bool is_equality(Operator op) { return op == Operator::eq || op == Operator::ne; }

bool is_literal(const Operand& operand) { return operand.expression.op == Operator::literal; }

bool holds(Operator op, int64_t left, int64_t right) {
  switch (op) {
    case Operator::gt:
      return left > right;
    case Operator::ge:
      return left >= right;
    case Operator::lt:
      return left < right;
    default:
      return left <= right;
  }
}

// Enumerations are ordered by their numbers, not by the texts that the store has: `severity ge 'medium'` becomes
// `severity in ('medium','high',…)`.
Expression members_where(const Operand& property, Operator op, const edm::EnumMember& bound) {
  Expression list;
  list.op = Operator::in;
  list.operands.push_back(property.expression);
  for (const edm::EnumMember& member : property.type.enumeration->members)
    if (holds(op, member.value, bound.value)) list.operands.push_back(text_literal(member.name));
  if (list.operands.size() > 1) return list;
  Expression none;
  none.value = false;
  return none;
}

std::string spelled(const Operand& operand) { return operand.null ? "null" : edm::to_string(operand.type); }

}  // namespace

// A single name that is no property: perhaps a member of the enumeration that it is compared with.
bool FilterBinder::is_bare_word(const FilterNode& node) const {
  return node.kind == Kind::path && node.segments.size() == 1 && !find_variable(node.segments[0]) &&
         !scope_.type.find_property(node.segments[0]) && node.segments[0].find('.') == std::string::npos;
}

Result<std::string> FilterBinder::member(const edm::EnumType& type, const std::string& text, const FilterNode& node) {
  const edm::EnumMember* found = type.find(text);
  // It stands for every later member in answers, and for none in the store.
  if (found && found == type.unknown_future_value()) return refused(node, "Filtering by '" + found->name + "'");
  if (found) return found->name;
  return error(node, "'" + text + "' is no member of '" + type.name + "\'", base::suggestion(text, names_of(type)));
}

Result<Operand> FilterBinder::value_like(const FilterNode& node, const Operand& other) {
  if (!other.type.enumeration || !is_bare_word(node)) {
    Operand value = TRY(bind(node));
    TRY(match(value, other, node));
    return value;
  }
  Operand value;
  value.expression = text_literal(TRY(member(*other.type.enumeration, node.segments[0], node)));
  value.type.enumeration = other.type.enumeration;
  return value;
}

// Brings a literal to the type of the other side, or says why it cannot be compared.
base::Status FilterBinder::match(Operand& value, const Operand& other, const FilterNode& node) {
  if (value.type.collection || value.type.structured || other.type.collection || other.type.structured)
    return error(node, "Collections and complex values cannot be compared, only their members");
  if (value.null || other.null) return {};
  const auto* text = is_literal(value) ? std::get_if<std::string>(&value.expression.value) : nullptr;
  if (other.type.enumeration && text && is_text(value.type)) {
    value.expression.value = TRY(member(*other.type.enumeration, *text, node));
    value.type = other.type;
    value.type.collection = false;
    return {};
  }
  if (other.type.is(Primitive::guid) && text && is_text(value.type)) {
    const auto guid = base::parse_guid(*text);
    if (!guid) return error(node, "Expected a guid");
    value.expression.value = base::to_string(*guid);
    return {};
  }
  const auto is_textual = [](const edm::TypeRef& type) { return is_text(type) || type.is(Primitive::guid); };
  const bool texts = is_textual(value.type) && is_textual(other.type);
  const bool same = value.type.enumeration || other.type.enumeration
                        ? value.type.enumeration == other.type.enumeration
                        : texts || (is_number(value.type) && is_number(other.type)) ||
                              (value.type.primitive == other.type.primitive && !value.type.is(Primitive::duration));
  if (same) return {};
  std::string hint;
  if (other.type.is(Primitive::date_time_offset) && text) hint = " (date-times stand without quotes)";
  return error(node,
               "A value of type " + spelled(value) + " cannot be compared with one of type " + spelled(other) + hint);
}

Result<Operand> FilterBinder::comparison(const FilterNode& node) {
  const bool swapped = is_bare_word(node.operands[0]) || node.operands[0].kind == Kind::literal;
  const FilterNode &first = node.operands[swapped ? 1 : 0], &second = node.operands[swapped ? 0 : 1];
  Operand left = TRY(bind(first));
  Operand right = TRY(value_like(second, left));
  TRY(match(left, right, first));
  const Operator op = swapped ? mirrored(node.op) : node.op;
  Expression expression;
  if (left.type.enumeration && !is_equality(op) && !right.null) {
    const auto* bound = std::get_if<std::string>(&right.expression.value);
    if (!is_literal(right) || is_literal(left) || left.type.enumeration->flags)
      return refused(node, "This order of enumerations");
    expression = members_where(left, op, *left.type.enumeration->find(*bound));
  } else {
    expression.op = op;
    expression.operands = {std::move(left.expression), std::move(right.expression)};
  }
  return boolean(std::move(expression));
}

Result<Operand> FilterBinder::one_of(const FilterNode& node) {
  Operand left = TRY(bind(node.operands[0]));
  Expression expression;
  expression.op = Operator::in;
  expression.operands.push_back(left.expression);
  for (size_t i = 1; i < node.operands.size(); ++i) {
    Operand item = TRY(value_like(node.operands[i], left));
    if (!is_literal(item)) return refused(node.operands[i], "Anything but literals in a list");
    expression.operands.push_back(std::move(item.expression));
  }
  return boolean(std::move(expression));
}

// flags has 'a,b': every one of them is set.
Result<Operand> FilterBinder::has(const FilterNode& node) {
  Operand left = TRY(bind(node.operands[0]));
  if (!left.type.enumeration || left.type.collection || is_literal(left))
    return error(node, "The left side of 'has' is a property of an enumeration type");
  const FilterNode& right = node.operands[1];
  const bool word = is_bare_word(right);
  if (!word && right.kind != Kind::enumeration &&
      (right.kind != Kind::literal || !std::get_if<std::string>(&right.value)))
    return error(right, "The right side of 'has' is a member of the enumeration");
  if (right.kind == Kind::enumeration && scope_.model.find_enumeration(right.name) != left.type.enumeration)
    return error(right, "The enumerations of 'has' differ");
  const std::string text = word ? right.segments[0] : std::get<std::string>(right.value);
  Expression expression;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find(',', at), text.size());
    const size_t begin = std::min(text.find_first_not_of(' ', at), end);
    Expression one;
    one.op = left.type.enumeration->flags ? Operator::has : Operator::eq;
    one.kind = store::ValueKind::boolean;
    std::string name = TRY(member(*left.type.enumeration, text.substr(begin, end - begin), right));
    one.operands = {left.expression, text_literal(std::move(name))};
    expression.operands.push_back(std::move(one));
    at = end + 1;
  }
  expression.op = Operator::and_;
  if (expression.operands.size() == 1) expression = Expression(expression.operands[0]);
  return boolean(std::move(expression));
}

}  // namespace vedette::odata
