#include "filter_binding.h"

#include "filter_binder.h"
#include "value_kinds.h"

namespace vedette::odata {

using base::ErrorCode;
using base::Result;
using edm::Primitive;
using store::Expression;
using store::Operator;
using Kind = FilterNode::Kind;

edm::TypeRef primitive(Primitive primitive) {
  edm::TypeRef type;
  type.primitive = primitive;
  return type;
}

Operand boolean(Expression expression) {
  expression.kind = store::ValueKind::boolean;
  return {std::move(expression), primitive(Primitive::boolean), false};
}

Expression text_literal(std::string text) {
  Expression literal;
  literal.value = std::move(text);
  return literal;
}

base::Error FilterBinder::error(const FilterNode& node, std::string message, const std::string& suggestion) const {
  return base::fail(ErrorCode::semantic_error,
                    std::move(message) + at_position(text_, node.at) + " of $filter." + suggestion)
      .with_target("$filter");
}

base::Error FilterBinder::refused(const FilterNode& node, std::string message) const {
  base::Error refusal = error(node, std::move(message) + " is not supported");
  refusal.code = ErrorCode::not_supported;
  return refusal;
}

Result<Operand> FilterBinder::bind(const FilterNode& node) {
  switch (node.kind) {
    case Kind::literal:
    case Kind::duration:
      return literal(node);
    case Kind::enumeration:
      return enumeration(node);
    case Kind::path:
      return path(node);
    case Kind::lambda:
      return lambda(node);
    case Kind::call:
      return call(node);
    case Kind::operation:
      return operation(node);
  }
  return refused(node, "The expression");
}

Result<Expression> FilterBinder::predicate(const FilterNode& node) {
  Operand operand = TRY(bind(node));
  if (operand.null || operand.type.collection || !operand.type.is(Primitive::boolean))
    return error(node, "Expected a condition");
  return std::move(operand.expression);
}

Result<Operand> FilterBinder::literal(const FilterNode& node) {
  static constexpr Primitive types[] = {Primitive::untyped, Primitive::boolean, Primitive::int64,
                                        Primitive::double_, Primitive::string,  Primitive::date_time_offset};
  Operand operand;
  operand.expression.value = node.value;
  operand.type = primitive(types[node.value.index()]);
  operand.null = node.value.index() == 0;
  if (node.kind == Kind::duration) operand.type = primitive(Primitive::duration);
  if (node.guid) {
    const auto guid = base::parse_guid(std::get<std::string>(node.value));
    if (!guid) return error(node, "Expected a guid");
    operand.expression.value = base::to_string(*guid);
    operand.type = primitive(Primitive::guid);
  }
  operand.expression.kind = value_kind(operand.type);
  return operand;
}

Result<Operand> FilterBinder::enumeration(const FilterNode& node) {
  const edm::EnumType* type = scope_.model.find_enumeration(node.name);
  if (!type) return error(node, "The enumeration '" + node.name + "' is unknown");
  Operand operand;
  operand.expression = text_literal(TRY(member(*type, std::get<std::string>(node.value), node)));
  operand.type.enumeration = type;
  return operand;
}

Result<Operand> FilterBinder::operation(const FilterNode& node) {
  switch (node.op) {
    case Operator::and_:
    case Operator::or_:
    case Operator::not_:
      return logic(node);
    case Operator::has:
      return has(node);
    case Operator::in:
      return one_of(node);
    case Operator::add:
    case Operator::sub:
    case Operator::mul:
    case Operator::div:
    case Operator::mod:
    case Operator::negate:
      return arithmetic(node);
    default:
      return comparison(node);
  }
}

Result<Operand> FilterBinder::logic(const FilterNode& node) {
  Expression expression;
  expression.op = node.op;
  for (const FilterNode& operand : node.operands) expression.operands.push_back(TRY(predicate(operand)));
  return boolean(std::move(expression));
}

Result<Expression> bind_filter(const FilterNode& filter, std::string_view text, const FilterScope& scope) {
  return FilterBinder(text, scope).predicate(filter);
}

}  // namespace vedette::odata
