// Paths and lambdas of $filter: names of properties, resolved from the entity or from a range variable.
#include "filter_binder.h"
#include "value_kinds.h"
#include "vedette/base/nearest_name.h"

namespace vedette::odata {

using base::Result;
using store::Expression;
using store::Operator;
using store::ValueKind;

const FilterBinder::Variable* FilterBinder::find_variable(std::string_view name) const {
  for (auto variable = variables_.rbegin(); variable != variables_.rend(); ++variable)
    if (variable->name == name) return &*variable;
  return nullptr;
}

Result<FilterBinder::Place> FilterBinder::place(const FilterNode& node) {
  Place place;
  place.type.structured = &scope_.type;
  size_t first = 0;
  if (const Variable* variable = find_variable(node.segments[0])) {
    place.type = variable->type;
    place.variable = variable->name;
    first = 1;
  } else if (node.segments[0] == "$it") {
    first = 1;
  }
  for (size_t i = first; i < node.segments.size(); ++i) TRY(step(place, node.segments[i], node));
  return place;
}

Result<Operand> FilterBinder::path(const FilterNode& node) {
  Place place = TRY(this->place(node));
  if (place.path.empty() && place.variable.empty()) return error(node, "Expected the name of a property");
  Operand operand;
  operand.expression.op = Operator::property;
  operand.expression.kind = value_kind(place.type);
  operand.expression.operands = std::move(place.casts);
  operand.expression.path = std::move(place.path);
  operand.expression.variable = std::move(place.variable);
  operand.type = place.type;
  if (!place.counted) return operand;
  Operand count;
  count.expression.op = Operator::call;
  count.expression.function = store::Function::count;
  count.expression.operands.push_back(std::move(operand.expression));
  count.type = primitive(edm::Primitive::int64);
  count.expression.kind = value_kind(count.type);
  return count;
}

base::Status FilterBinder::step(Place& place, const std::string& segment, const FilterNode& node) {
  if (place.counted) return error(node, "Nothing stands behind '$count'");
  if (place.type.collection && edm::equal_names(segment, "$count")) return place.counted = true, base::Status();
  if (segment.starts_with('$')) return refused(node, "'" + segment + "' in a path");
  if (place.type.collection)
    return error(node, "'" + place.path.back() + "' is a collection: its items are reached by any(x: x/" + segment +
                           " …) or all(…)");
  const edm::StructuredType* type = place.type.structured;
  if (!type) return error(node, "'" + node.segments[0] + "' has no property '" + segment + "'");
  if (segment.find('.') != std::string::npos) return cast(place, segment, node);
  const edm::Property* property = type->find_property(segment);
  if (!property) {
    const edm::NavigationProperty* navigation = type->find_navigation(segment);
    if (navigation && navigation->inlined) {
      place.path.push_back(navigation->name);
      place.type = edm::TypeRef();
      place.type.structured = navigation->target;
      return {};
    }
    if (navigation) return refused(node, "The navigation property '" + segment + "' in a filter");
    return error(node, "'" + type->name + "' has no property '" + segment + "\'",
                 base::suggestion(segment, names_of(type->properties)));
  }
  const bool top = place.path.empty() && place.variable.empty();
  if (top && !scope_.capabilities.is_filterable(property->name))
    return refused(node, "Filtering by '" + property->name + "'");
  place.path.push_back(property->name);
  place.type = property->type;
  return {};
}

// x/microsoft.graph.security.deviceEvidence/deviceDnsName: null unless the value is of that type.
base::Status FilterBinder::cast(Place& place, const std::string& segment, const FilterNode& node) {
  const edm::StructuredType* target = scope_.model.find_structured(segment);
  if (!target || !(target->is_a(*place.type.structured) || place.type.structured->is_a(*target)))
    return error(node, "'" + segment + "' is no type derived from '" + place.type.structured->name + "'");
  Expression type;
  type.op = Operator::property;
  type.path = place.path;
  type.path.emplace_back("*type");
  type.variable = place.variable;
  Expression condition;
  condition.op = Operator::in;
  condition.kind = ValueKind::boolean;
  condition.operands.push_back(std::move(type));
  for (std::string& name : type_annotations(*target)) condition.operands.push_back(text_literal(std::move(name)));
  if (!place.type.structured->is_a(*target)) place.casts.push_back(std::move(condition));
  place.type.structured = target;
  return {};
}

Result<Operand> FilterBinder::lambda(const FilterNode& node) {
  FilterNode collection = node;
  collection.kind = FilterNode::Kind::path;
  collection.operands.clear();
  Operand items = TRY(path(collection));
  if (!items.type.collection) return error(node, "'" + node.segments.back() + "' is no collection");
  Expression expression;
  expression.op = node.op;
  expression.variable = node.variable;
  expression.operands.push_back(std::move(items.expression));
  if (!node.operands.empty()) {
    if (find_variable(node.variable)) return error(node, "The variable '" + node.variable + "' is declared twice");
    variables_.push_back({node.variable, items.type.item()});
    auto condition = predicate(node.operands[0]);
    variables_.pop_back();
    expression.operands.push_back(TRY(std::move(condition)));
  }
  return boolean(std::move(expression));
}

}  // namespace vedette::odata
