#include "openapi_types.h"

namespace vedette::odata {
namespace {

json::Object primitive_schema(edm::Primitive primitive) {
  const auto of = [](const char* type, const char* format) {
    json::Object schema{{"type", type}};
    if (*format) schema["format"] = format;
    return schema;
  };
  switch (primitive) {
    case edm::Primitive::boolean:
      return of("boolean", "");
    case edm::Primitive::byte:
      return of("integer", "uint8");
    case edm::Primitive::sbyte:
      return of("integer", "int8");
    case edm::Primitive::int16:
      return of("integer", "int16");
    case edm::Primitive::int32:
      return of("integer", "int32");
    case edm::Primitive::int64:
      return of("integer", "int64");
    case edm::Primitive::single:
      return of("number", "float");
    case edm::Primitive::double_:
      return of("number", "double");
    case edm::Primitive::decimal:
      return of("number", "decimal");
    case edm::Primitive::date:
      return of("string", "date");
    case edm::Primitive::date_time_offset:
      return of("string", "date-time");
    case edm::Primitive::time_of_day:
      return of("string", "time");
    case edm::Primitive::duration:
      return of("string", "duration");
    case edm::Primitive::guid:
      return of("string", "uuid");
    case edm::Primitive::binary:
      return of("string", "base64url");
    case edm::Primitive::string:
    case edm::Primitive::stream:
      return of("string", "");
    case edm::Primitive::untyped:
      break;
  }
  return {};
}

json::Object enumeration_schema(const edm::EnumType& type) {
  json::Object schema{{"type", "string"}};
  json::Array members;
  for (const edm::EnumMember& member : type.members) members.emplace_back(member.name);
  if (type.flags)
    schema["description"] = "Members, with commas between.";
  else
    schema["enum"] = members;
  if (type.flags) schema["x-members"] = members;
  return schema;
}

json::Object item_schema(const edm::TypeRef& type) {
  if (type.structured) return reference_to(type.structured->name);
  if (type.enumeration) return reference_to(type.enumeration->name);
  return primitive_schema(type.primitive);
}

json::Object nullable(json::Object schema) {
  if (const json::Value* type = schema.if_contains("type")) {
    schema["type"] = json::Array{*type, "null"};
    return schema;
  }
  if (schema.empty()) return schema;
  return {{"anyOf", json::Array{std::move(schema), json::Object{{"type", "null"}}}}};
}

edm::TypeRef navigation_type(const edm::NavigationProperty& navigation) {
  edm::TypeRef type;
  type.structured = navigation.target;
  type.collection = navigation.collection;
  return type;
}

json::Object own_members(const edm::StructuredType& type) {
  json::Object properties;
  for (const edm::Property& property : type.properties) {
    if (type.base && type.base->find_property(property.name)) continue;
    json::Object schema = schema_of(property.type);
    if (property.computed) schema["readOnly"] = true;
    properties[property.name] = std::move(schema);
  }
  for (const edm::NavigationProperty& navigation : type.navigation)
    properties[navigation.name] = schema_of(navigation_type(navigation));
  return properties;
}

json::Object structured_schema(const edm::StructuredType& type) {
  json::Object schema{{"type", "object"}};
  json::Object properties = own_members(type);
  if (!type.base) properties["@odata.type"] = json::Object{{"type", "string"}};
  schema["properties"] = std::move(properties);
  if (type.open) schema["additionalProperties"] = true;
  if (!type.base) return schema;
  json::Array parts;
  parts.push_back(reference_to(type.base->name));
  parts.push_back(std::move(schema));
  return {{"allOf", std::move(parts)}};
}

}  // namespace

json::Object reference_to(const std::string& type_name) { return {{"$ref", "#/components/schemas/" + type_name}}; }

json::Object schema_of(const edm::TypeRef& type) {
  json::Object item = item_schema(type);
  if (type.nullable && !(type.collection && type.structured)) item = nullable(std::move(item));
  if (!type.collection) return item;
  return {{"type", "array"}, {"items", std::move(item)}};
}

void add_type_schemas(const edm::TypeRef& type, json::Object& schemas) {
  if (type.enumeration && !schemas.contains(type.enumeration->name))
    schemas[type.enumeration->name] = enumeration_schema(*type.enumeration);
  const edm::StructuredType* structured = type.structured;
  if (!structured || schemas.contains(structured->name)) return;
  schemas[structured->name] = structured_schema(*structured);
  const auto add = [&](const edm::StructuredType* other) {
    edm::TypeRef reference;
    reference.structured = other;
    if (other) add_type_schemas(reference, schemas);
  };
  add(structured->base);
  for (const edm::StructuredType* derived : structured->derived) add(derived);
  for (const edm::Property& property : structured->properties) add_type_schemas(property.type, schemas);
  for (const edm::NavigationProperty& navigation : structured->navigation) add(navigation.target);
}

}  // namespace vedette::odata
