#include "random_filter.h"

#include <algorithm>
#include <cmath>

namespace vedette::odata {
namespace {

using edm::Primitive;

constexpr size_t depth_max = 4;

std::string_view view_of(const json::Value& text) { return std::string_view(text.get_string()); }

Truth both(Truth a, Truth b) {
  if ((a && !*a) || (b && !*b)) return false;
  return a && b ? Truth(true) : std::nullopt;
}

Truth inverted(Truth a) { return a ? Truth(!*a) : std::nullopt; }

bool is_single(const edm::TypeRef& type) {
  return !type.collection && !type.structured && !type.is(Primitive::untyped) && !type.is(Primitive::stream);
}

// A value whose annotation names no type of the model is of none that is derived.
bool is_of_type(const json::Value& value, const edm::StructuredType& declared, const edm::StructuredType& target,
                const edm::Model& model) {
  std::string_view name = json::find_string(value, "@odata.type");
  if (name.empty()) return declared.is_a(target);
  if (name.starts_with('#')) name.remove_prefix(1);
  const edm::StructuredType* type = model.find_structured(name);
  return declared.is_a(target) || (type && type->is_a(target));
}

bool is_whole(const edm::TypeRef& type) {
  return type.is(Primitive::byte) || type.is(Primitive::sbyte) || type.is(Primitive::int16) ||
         type.is(Primitive::int32) || type.is(Primitive::int64);
}

Value number_of(const json::Value& node, bool whole) {
  if (!whole && node.is_string()) {
    const std::string_view text = view_of(node);
    if (text == "NaN") return std::nan("");
    return text == "INF" ? Value(INFINITY) : text == "-INF" ? Value(-INFINITY) : Value();
  }
  if (node.is_int64()) return whole ? Value(node.get_int64()) : Value(static_cast<double>(node.get_int64()));
  if (!node.is_double()) return {};
  const double real = node.get_double();
  if (!whole) return real;
  return real == std::floor(real) && std::abs(real) < 9e18 ? Value(static_cast<int64_t>(real)) : Value();
}

}  // namespace

Value value_at(const json::Value* node, const edm::TypeRef& type) {
  if (!node || node->is_null()) return {};
  if (type.is(Primitive::boolean)) return node->is_bool() ? Value(node->get_bool()) : Value();
  if (is_whole(type)) return number_of(*node, true);
  if (type.is(Primitive::single) || type.is(Primitive::double_) || type.is(Primitive::decimal))
    return number_of(*node, false);
  if (!node->is_string()) return {};
  if (!type.is(Primitive::date_time_offset)) return std::string(view_of(*node));
  const auto time = base::parse_iso_date_time(view_of(*node));
  return time ? Value(*time) : Value();
}

int ordered(const Value& a, const Value& b) {
  const auto rank = [](const Value& v) {
    if (v.index() == 0) return 0;
    const auto* real = std::get_if<double>(&v);
    return real && std::isnan(*real) ? 1 : 2;
  };
  const auto three_way = [](const auto& x, const auto& y) { return x < y ? -1 : y < x ? 1 : 0; };
  if (rank(a) < 2 || rank(b) < 2) return three_way(rank(a), rank(b));
  const auto real = [](const Value& v) -> long double {  // 64 bits of mantissa: exact for both
    if (const auto* whole = std::get_if<int64_t>(&v)) return static_cast<long double>(*whole);
    return std::get<double>(v);
  };
  if (const auto* text = std::get_if<std::string>(&a)) return three_way(*text, std::get<std::string>(b));
  if (const auto* time = std::get_if<base::DateTime>(&a))
    return three_way(time->ticks, std::get<base::DateTime>(b).ticks);
  if (const auto* flag = std::get_if<bool>(&a)) return three_way(*flag, std::get<bool>(b));
  return three_way(real(a), real(b));
}

RandomFilters::Place RandomFilters::entity() const {
  Place place;
  place.node = [](const Bindings& b) { return b.document; };
  place.type.structured = &type_;
  return place;
}

RandomFilters::Place RandomFilters::member(const Place& of, const edm::Property& property) {
  Place place;
  place.text = (of.text.empty() ? "" : of.text + "/") + random_.spelled(property.name);
  place.node = [of, name = property.name](const Bindings& b) {
    const json::Value* owner = of.node(b);
    return owner ? json::find(*owner, name) : nullptr;
  };
  place.type = property.type;
  return place;
}

RandomFilters::Place RandomFilters::cast(const Place& of, const edm::StructuredType& target) {
  Place place = of;
  place.text += (of.text.empty() ? "" : "/") + target.name;
  place.node = [of, &target, &model = model_](const Bindings& b) -> const json::Value* {
    const json::Value* value = of.node(b);
    return value && is_of_type(*value, *of.type.structured, target, model) ? value : nullptr;
  };
  place.type.structured = &target;
  return place;
}

// Down to a property that holds one value, or to a collection.
std::optional<RandomFilters::Place> RandomFilters::leaf(Place from, bool collection) {
  for (size_t tries = 0; tries < 12; ++tries) {
    if (from.type.structured && !from.type.structured->derived.empty() && random_.one_in(2)) {
      from = cast(from, near_type(*from.type.structured, random_));
      continue;
    }
    if (from.type.structured->properties.empty()) return std::nullopt;
    const edm::Property& property = random_.one_of(from.type.structured->properties);
    if (from.text.empty() && !capabilities_.is_filterable(property.name)) continue;
    if (property.type.collection ? collection : is_single(property.type) && !collection) return member(from, property);
    if (!property.type.collection && property.type.structured) from = member(from, property);
  }
  return std::nullopt;
}

RandomCondition RandomFilters::condition(const Place& from, size_t depth) {
  const size_t kind = random_.below(depth < depth_max ? 10 : 5);
  if (kind >= 7) return junction(from, depth);
  if (kind == 6) return negation(from, depth);
  if (kind >= 4 && depth < depth_max && from.type.structured) {
    if (random_.one_in(8) && !from.type.structured->derived.empty()) return is_of(from);
    if (const auto collection = leaf(from, true))
      return random_.one_in(5) ? counted(*collection) : lambda(*collection, depth);
  }
  return simple(from, depth);
}

RandomCondition RandomFilters::junction(const Place& from, size_t depth) {
  const RandomCondition left = condition(from, depth + 1), right = condition(from, depth + 1);
  const bool is_and = random_.one_in(2);
  const auto operand = [&](const RandomCondition& c) {
    return is_and && c.binds_loosely ? "(" + c.text + ")" : c.text;
  };
  RandomCondition out;
  out.text = operand(left) + (is_and ? " and " : " or ") + operand(right);
  out.truth = [is_and, a = left.truth, b = right.truth](const Bindings& bindings) {
    if (is_and) return both(a(bindings), b(bindings));
    return inverted(both(inverted(a(bindings)), inverted(b(bindings))));
  };
  out.binds_loosely = !is_and;
  if (random_.one_in(3)) out.text = "( " + out.text + ")", out.binds_loosely = false;
  return out;
}

RandomCondition RandomFilters::negation(const Place& from, size_t depth) {
  const RandomCondition inner = condition(from, depth + 1);
  return {"not (" + inner.text + ")", [truth = inner.truth](const Bindings& b) { return inverted(truth(b)); }};
}

// Null counts as false in any and all, a null collection as an empty one.
RandomCondition RandomFilters::lambda(const Place& collection, size_t depth) {
  const bool any = random_.one_in(2);
  const auto holds = [collection, any](const auto& predicate) {
    return [collection, any, predicate](const Bindings& b) -> Truth {
      const json::Value* items = collection.node(b);
      if (items && items->is_array())
        for (const json::Value& item : items->get_array())
          if (predicate(b, item) == any) return any;
      return !any;
    };
  };
  if (any && random_.one_in(6))
    return {collection.text + "/any()", holds([](const Bindings&, const json::Value&) { return true; })};
  const std::string variable = (random_.one_in(2) ? "x" : "Item") + std::to_string(variables_++);
  Place item;
  item.text = variable;
  item.type = collection.type.item();
  item.node = [variable](const Bindings& b) {
    const auto found = b.variables.find(variable);
    return found == b.variables.end() ? nullptr : found->second;
  };
  const RandomCondition inner = condition(item, depth + 2);
  const auto predicate = [variable, truth = inner.truth](const Bindings& b, const json::Value& value) {
    Bindings inside = b;
    inside.variables[variable] = &value;
    return truth(inside).value_or(false);
  };
  return {collection.text + (any ? "/any(" : "/all(") + variable + ":" + inner.text + ")", holds(predicate)};
}

RandomCondition RandomFilters::counted(const Place& collection) {
  Operand count{collection.text + "/$count", [collection](const Bindings& b) -> Value {
                  const json::Value* items = collection.node(b);
                  return items && items->is_array() ? static_cast<int64_t>(items->get_array().size()) : int64_t{0};
                }};
  return compared(count, literal(static_cast<int64_t>(random_.below(4))));
}

RandomCondition RandomFilters::is_of(const Place& from) {
  const edm::StructuredType& target = near_type(*from.type.structured, random_);
  const Place place = cast(from, target);
  const std::string value = from.text.empty() ? random_.one_in(2) ? "" : "$it," : from.text + ",";
  const std::string type = random_.one_in(2) ? target.name : "'" + target.name + "'";
  return {"isof(" + value + type + ")", [place](const Bindings& b) -> Truth { return place.node(b) != nullptr; }};
}

RandomCondition RandomFilters::simple(const Place& from, size_t depth) {
  std::optional<Place> place = from;
  if (from.type.structured) place = leaf(from, false);
  if (!place || !is_single(place->type)) return {"true", [](const Bindings&) -> Truth { return true; }};
  if (random_.one_in(10)) return compared(operand(*place), null());
  if (place->type.enumeration) return place->type.enumeration->flags ? of_flags(*place) : of_enumeration(*place);
  switch (place->type.primitive) {
    case Primitive::string:
      return random_.one_in(2) || depth > depth_max ? of_text(from, *place) : of_text_function(*place);
    case Primitive::boolean:
      return of_boolean(*place);
    case Primitive::date_time_offset:
      return of_time(*place);
    case Primitive::byte:
    case Primitive::sbyte:
    case Primitive::int16:
    case Primitive::int32:
    case Primitive::int64:
    case Primitive::single:
    case Primitive::double_:
    case Primitive::decimal:
      return of_number(*place);
    default:
      return of_others(*place);
  }
}

RandomFilters::Operand RandomFilters::operand(const Place& place) const {
  return {place.text, [place](const Bindings& b) { return value_at(place.node(b), place.type); }};
}

}  // namespace vedette::odata
