#include "whole_document.h"

#include <set>

namespace vedette::odata {
namespace {

// The type that is stored: another set may show the same collection in a shape of its own, and is declared for a type
// of the older namespace.
struct TypeFinder {
  std::string_view collection;
  std::set<const edm::StructuredType*> seen;
  const edm::StructuredType* found = nullptr;

  void take(const edm::StructuredType& type, const edm::Capabilities& capabilities) {
    const bool newer = type.name.starts_with("microsoft.graph.security.");
    if (capabilities.collection == collection && (!found || newer)) found = &type;
    if (!seen.insert(&type).second) return;
    for (const edm::StructuredType* t = &type; t; t = t->base)
      for (const edm::NavigationProperty& navigation : t->navigation) take(*navigation.target, navigation.capabilities);
  }
};

const edm::StructuredType* type_in(const edm::Model& model, std::string_view collection) {
  TypeFinder finder{collection, {}, nullptr};
  for (const edm::Resource& resource : model.resources()) finder.take(*resource.type, resource.capabilities);
  return finder.found;
}

json::Value least_value(const edm::TypeRef& type) {
  if (type.enumeration)
    return json::Value(type.enumeration->find("unknown") ? "unknown" : type.enumeration->members.front().name);
  if (type.structured) return json::Object();
  if (type.is(edm::Primitive::date_time_offset)) return json::Value("2024-01-01T00:00:00.0000000Z");
  if (type.is(edm::Primitive::boolean)) return json::Value(false);
  if (type.is(edm::Primitive::string)) return json::Value("");
  return json::Value(0);
}

void complete(json::Value& value, const edm::TypeRef& declared, const edm::Model& model) {
  if (!declared.structured) return;
  if (json::Array* items = value.if_array())
    for (json::Value& item : *items) complete(item, declared.item(), model);
  json::Object* object = value.if_object();
  if (!object) return;
  std::string_view name = json::find_string(value, "@odata.type");
  if (name.starts_with('#')) name.remove_prefix(1);
  const edm::StructuredType* named = model.find_structured(name);
  for (const edm::Property& property : (named ? *named : *declared.structured).properties) {
    json::Value* member = object->if_contains(property.name);
    const bool absent = !member || member->is_null();
    if (absent && !property.type.nullable && !property.type.collection)
      member = &((*object)[property.name] = least_value(property.type));
    if (member && !member->is_null()) complete(*member, property.type, model);
  }
}

}  // namespace

json::Object whole_document(const std::vector<const edm::Model*>& models, std::string_view collection,
                            json::Object document) {
  for (const edm::Model* model : models) {
    edm::TypeRef type;
    type.structured = type_in(*model, collection);
    if (!type.structured) continue;
    json::Value value(std::move(document));
    complete(value, type, *model);
    return std::move(value.get_object());
  }
  return document;
}

}  // namespace vedette::odata
