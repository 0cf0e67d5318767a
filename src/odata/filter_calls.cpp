// Functions and arithmetic of $filter (OData 4.01 part 2, sections 5.1.1.2 and 5.1.1.4 to 5.1.1.9).
#include <algorithm>

#include "filter_binder.h"
#include "value_kinds.h"
#include "vedette/base/nearest_name.h"

namespace vedette::odata {
namespace {

using base::Result;
using edm::Primitive;
using store::Expression;
using store::Function;
using store::Operator;

// Types by letter: t text, n number, i integer, d date-time, b boolean; '?' makes the rest optional.
struct Signature {
  std::string_view name;
  Function function;
  std::string_view parameters;
  char result;
};

constexpr Signature signatures[] = {
    {"contains", Function::contains, "tt", 'b'},
    {"startswith", Function::startswith, "tt", 'b'},
    {"endswith", Function::endswith, "tt", 'b'},
    {"length", Function::length, "t", 'i'},
    {"indexof", Function::indexof, "tt", 'i'},
    {"substring", Function::substring, "ti?i", 't'},
    {"tolower", Function::tolower, "t", 't'},
    {"toupper", Function::toupper, "t", 't'},
    {"trim", Function::trim, "t", 't'},
    {"concat", Function::concat, "tt", 't'},
    {"year", Function::year, "d", 'i'},
    {"month", Function::month, "d", 'i'},
    {"day", Function::day, "d", 'i'},
    {"hour", Function::hour, "d", 'i'},
    {"minute", Function::minute, "d", 'i'},
    {"second", Function::second, "d", 'i'},
    {"date", Function::date, "d", 'd'},
    {"now", Function::now, "", 'd'},
    {"round", Function::round, "n", 'n'},
    {"floor", Function::floor, "n", 'n'},
    {"ceiling", Function::ceiling, "n", 'n'},
};

const Signature* find_signature(std::string_view name) {
  const auto* found = std::find_if(std::begin(signatures), std::end(signatures),
                                   [&](const Signature& s) { return edm::equal_names(s.name, name); });
  return found == std::end(signatures) ? nullptr : found;
}

bool fits(const Operand& operand, char letter) {
  if (operand.null) return true;
  switch (letter) {
    case 't':
      return is_text(operand.type);
    case 'n':
      return is_number(operand.type);
    case 'i':
      return is_integer(operand.type);
    default:
      return !operand.type.collection && operand.type.is(Primitive::date_time_offset);
  }
}

std::string_view letter_name(char letter) {
  return letter == 't' ? "a text" : letter == 'n' ? "a number" : letter == 'i' ? "an integer" : "a date-time";
}

edm::TypeRef result_type(char letter) {
  switch (letter) {
    case 't':
      return primitive(Primitive::string);
    case 'i':
      return primitive(Primitive::int64);
    case 'd':
      return primitive(Primitive::date_time_offset);
    case 'n':
      return primitive(Primitive::double_);
    default:
      return primitive(Primitive::boolean);
  }
}

Operand time_literal(base::DateTime time) {
  Operand operand;
  operand.expression.value = time;
  operand.expression.kind = store::ValueKind::date_time;
  operand.type = primitive(Primitive::date_time_offset);
  return operand;
}

}  // namespace

Result<Operand> FilterBinder::call(const FilterNode& node) {
  if (edm::equal_names(node.name, "isof")) return is_of(node);
  const Signature* signature = find_signature(node.name);
  if (!signature) {
    std::vector<std::string_view> known;
    for (const Signature& s : signatures) known.push_back(s.name);
    return error(node, "The function '" + node.name + "' is unknown", base::suggestion(node.name, known));
  }
  if (signature->function == Function::now && node.operands.empty()) return time_literal(scope_.now);
  std::string letters(signature->parameters);
  const size_t optional = letters.find('?');
  const size_t needed = std::min(optional, letters.size());
  if (optional != std::string::npos) letters.erase(optional, 1);
  if (node.operands.size() < needed || node.operands.size() > letters.size())
    return error(node, "The function '" + std::string(signature->name) + "' takes " + std::to_string(letters.size()) +
                           " arguments");
  Operand result;
  result.expression.op = Operator::call;
  result.expression.function = signature->function;
  result.type = result_type(signature->result);
  result.expression.kind = value_kind(result.type);
  for (size_t i = 0; i < node.operands.size(); ++i) {
    Operand argument = TRY(bind(node.operands[i]));
    if (!fits(argument, letters[i]))
      return error(node.operands[i], "The function '" + std::string(signature->name) + "' takes " +
                                         std::string(letter_name(letters[i])) + " here, not a value of type " +
                                         edm::to_string(argument.type));
    result.expression.operands.push_back(std::move(argument.expression));
  }
  return result;
}

// isof(x,microsoft.graph.security.deviceEvidence), the type with or without quotes.
Result<Operand> FilterBinder::is_of(const FilterNode& node) {
  if (node.operands.empty() || node.operands.size() > 2) return error(node, "'isof' takes a value and a type");
  const FilterNode& type = node.operands.back();
  FilterNode value = node.operands.size() == 2 ? node.operands[0] : FilterNode{};
  if (node.operands.size() == 1) value.segments = {"$it"};
  value.kind = node.operands.size() == 1 ? FilterNode::Kind::path : value.kind;
  value.at = node.at;
  if (value.kind != FilterNode::Kind::path) return error(node, "'isof' takes a path and a type");
  const auto* quoted = std::get_if<std::string>(&type.value);
  const bool named = type.kind == FilterNode::Kind::path && type.segments.size() == 1;
  if (!quoted && !named) return error(type, "Expected the name of a type");
  value.segments.push_back(named ? type.segments[0] : *quoted);
  if (value.segments.back().find('.') == std::string::npos) return error(type, "Expected the full name of a type");
  Place cast = TRY(place(value));
  if (cast.type.collection) return error(node, "'isof' takes a single value");
  Expression expression;
  if (cast.casts.size() == 1) return boolean(std::move(cast.casts.front()));
  if (cast.casts.empty()) {  // a base of the declared type: always so
    expression.value = true;
  } else {
    expression.op = Operator::and_;
    expression.operands = std::move(cast.casts);
  }
  return boolean(std::move(expression));
}

Result<Operand> FilterBinder::arithmetic(const FilterNode& node) {
  Operand result;
  result.expression.op = node.op;
  std::vector<Operand> operands;
  for (const FilterNode& operand : node.operands) operands.push_back(TRY(bind(operand)));
  const bool time = node.op == Operator::add || node.op == Operator::sub;
  if (time && operands[0].type.is(Primitive::date_time_offset) && operands[1].type.is(Primitive::duration))
    return moved_time(node, operands[0], operands[1]);
  bool integers = true;
  for (size_t i = 0; i < operands.size(); ++i) {
    if (!operands[i].null && !is_number(operands[i].type))
      return error(node.operands[i],
                   "Arithmetic takes numbers, not a value of type " + edm::to_string(operands[i].type));
    integers = integers && (operands[i].null || is_integer(operands[i].type));
    result.expression.operands.push_back(std::move(operands[i].expression));
  }
  result.type = primitive(integers ? Primitive::int64 : Primitive::double_);
  result.expression.kind = value_kind(result.type);
  return result;
}

// now() sub duration'P1D': both are known, so the store sees the result.
Result<Operand> FilterBinder::moved_time(const FilterNode& node, const Operand& time, const Operand& by) {
  if (time.expression.op != Operator::literal || by.expression.op != Operator::literal)
    return refused(node, "Moving a property by a duration");
  int64_t ticks = std::get<int64_t>(by.expression.value);
  if (node.op == Operator::sub) ticks = -ticks;
  base::DateTime moved = std::get<base::DateTime>(time.expression.value);
  if (__builtin_add_overflow(moved.ticks, ticks, &moved.ticks) || moved < base::min_date_time ||
      moved > base::max_date_time)
    return error(node, "The date-time leaves the years 1 to 9999");
  return time_literal(moved);
}

}  // namespace vedette::odata
