#include "vedette/edm/type.h"

#include <algorithm>
#include <iterator>

namespace vedette::edm {
namespace {

// In the order of Primitive.
constexpr std::string_view primitive_names[] = {
    "Edm.String",    "Edm.Boolean",  "Edm.Byte",   "Edm.SByte",   "Edm.Int16",  "Edm.Int32",
    "Edm.Int64",     "Edm.Single",   "Edm.Double", "Edm.Decimal", "Edm.Date",   "Edm.DateTimeOffset",
    "Edm.TimeOfDay", "Edm.Duration", "Edm.Guid",   "Edm.Binary",  "Edm.Stream", "Edm.Untyped",
};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

template <class T>
const T* find_by_name(const std::vector<T>& items, std::string_view name) {
  for (const T& item : items)
    if (equal_names(item.name, name)) return &item;
  return nullptr;
}

}  // namespace

std::string_view to_string(Primitive primitive) { return primitive_names[static_cast<size_t>(primitive)]; }

std::optional<Primitive> find_primitive(std::string_view name) {
  const auto* found = std::find(std::begin(primitive_names), std::end(primitive_names), name);
  if (found == std::end(primitive_names)) return std::nullopt;
  return static_cast<Primitive>(found - std::begin(primitive_names));
}

bool equal_names(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

const EnumMember* EnumType::find(std::string_view member) const { return find_by_name(members, member); }

const EnumMember* EnumType::unknown_future_value() const { return find("unknownFutureValue"); }

bool EnumType::came_later(const EnumMember& member) const {
  const EnumMember* last = unknown_future_value();
  return last && member.value > last->value;
}

TypeRef TypeRef::item() const {
  TypeRef type = *this;
  type.collection = false;
  return type;
}

std::string to_string(const TypeRef& type) {
  std::string name(type.enumeration  ? std::string_view(type.enumeration->name)
                   : type.structured ? std::string_view(type.structured->name)
                                     : to_string(type.primitive));
  return type.collection ? "Collection(" + name + ")" : name;
}

const Property* StructuredType::find_property(std::string_view property) const {
  return find_by_name(properties, property);
}

const NavigationProperty* StructuredType::find_navigation(std::string_view property) const {
  for (const StructuredType* type = this; type; type = type->base)
    if (const auto* found = find_by_name(type->navigation, property)) return found;
  return nullptr;
}

bool StructuredType::is_a(const StructuredType& other) const {
  for (const StructuredType* type = this; type; type = type->base)
    if (type == &other) return true;
  return false;
}

bool Capabilities::is_filterable(const std::string& property) const { return !contains(non_filterable, property); }
bool Capabilities::is_sortable(const std::string& property) const { return !contains(non_sortable, property); }

bool is_updatable(const Property& property, const Capabilities& capabilities) {
  if (capabilities.updatable) return contains(*capabilities.updatable, property.name);
  return !property.computed && !property.immutable;
}

}  // namespace vedette::edm
