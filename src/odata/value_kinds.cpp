#include "value_kinds.h"

namespace vedette::odata {

using edm::Primitive;
using store::ValueKind;

bool is_integer(const edm::TypeRef& type) {
  return !type.collection && type.is_primitive() &&
         (type.primitive == Primitive::byte || type.primitive == Primitive::sbyte ||
          type.primitive == Primitive::int16 || type.primitive == Primitive::int32 ||
          type.primitive == Primitive::int64);
}

bool is_number(const edm::TypeRef& type) {
  return is_integer(type) || (!type.collection && type.is_primitive() &&
                              (type.primitive == Primitive::single || type.primitive == Primitive::double_ ||
                               type.primitive == Primitive::decimal));
}

bool is_text(const edm::TypeRef& type) { return !type.collection && type.is(Primitive::string); }

ValueKind value_kind(const edm::TypeRef& type) {
  if (type.collection) return ValueKind::collection;
  if (type.structured) return ValueKind::complex;
  if (is_integer(type)) return ValueKind::int64;
  if (is_number(type)) return ValueKind::real;
  if (type.is(Primitive::boolean)) return ValueKind::boolean;
  return type.is(Primitive::date_time_offset) ? ValueKind::date_time : ValueKind::text;
}

std::vector<std::string> type_annotations(const edm::StructuredType& type) {
  std::vector<std::string> names{"#" + type.name, type.name};
  for (const edm::StructuredType* derived : type.derived) {
    names.push_back("#" + derived->name);
    names.push_back(derived->name);
  }
  return names;
}

std::vector<std::string_view> names_of(const std::vector<edm::Property>& properties) {
  std::vector<std::string_view> names;
  for (const edm::Property& property : properties) names.push_back(property.name);
  return names;
}

std::vector<std::string_view> names_of(const edm::EnumType& type) {
  std::vector<std::string_view> names;
  for (const edm::EnumMember& member : type.members) names.push_back(member.name);
  return names;
}

}  // namespace vedette::odata
