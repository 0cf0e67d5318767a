#include "shape.h"

#include "vedette/base/time.h"
#include "vedette/odata/behaviour.h"
#include "vedette/store/change_times.h"

namespace vedette::odata {
namespace {

constexpr size_t date_time_size = 28;  // "2024-03-26T09:39:50.7688641Z"

void separate(std::string& out) {
  if (!out.ends_with('{') && !out.ends_with(',')) out += ',';
}

// Date-times have seven digits and Z, whatever a writer stored.
void append_date_time(std::string& out, std::string_view text) {
  if (text.size() == date_time_size && text.ends_with('Z') && text[19] == '.') return json::append_string(out, text);
  const auto time = base::parse_iso_date_time(text);
  json::append_string(out, time ? std::string_view(base::format_date_time(*time)) : text);
}

}  // namespace

const edm::StructuredType& Shaper::type_of(const json::Object& object, const edm::StructuredType& declared) const {
  const json::Value* annotation = object.if_contains("@odata.type");
  if (!annotation || !annotation->is_string()) return declared;
  std::string_view name = annotation->get_string();
  if (name.starts_with('#')) name.remove_prefix(1);
  const edm::StructuredType* type = model_.find_structured(name);
  return type && type->is_a(declared) ? *type : declared;
}

void Shaper::append_members(std::string& out, const json::Object& object, const edm::StructuredType& declared,
                            const Selection& selection, Members members) const {
  const edm::StructuredType& type = type_of(object, declared);
  if (options_.annotations && (&type != &declared || declared.abstract)) {
    separate(out);
    out += "\"@odata.type\":";
    json::append_string(out, "#" + type.name);
  }
  if (options_.change_times && !type.key.empty()) {
    separate(out);
    json::append_string(out, changes_annotation);
    out += ':';
    const json::Value* changes = object.if_contains(store::changes_member);
    json::append(out, changes ? *changes : json::Value(json::Object()));
    if (const json::Value* tags = object.if_contains(tags_member)) {
      out += ',';
      json::append_string(out, tags_annotation);
      out += ':';
      json::append(out, *tags);
    }
  }
  for (const edm::Property& property : type.properties) {
    const Selection* inner = selection.find(property.name);
    if (!inner || (members == Members::present && !object.contains(property.name))) continue;
    separate(out);
    json::append_string(out, property.name);
    out += ':';
    append_value(out, object.if_contains(property.name), property.type, *inner);
  }
  append_references(out, object, type, selection);
  if (!type.open) return;
  for (const auto& member : object) {
    const std::string_view name = member.key();
    if (name.starts_with('@') || type.find_property(name) || type.find_navigation(name)) continue;
    if (!selection.find(name)) continue;
    separate(out);
    json::append_string(out, name);
    out += ':';
    json::append(out, member.value());
  }
}

// References that are written whether they are expanded or not: the key, and the type where it is another.
void Shaper::append_references(std::string& out, const json::Object& object, const edm::StructuredType& type,
                               const Selection& selection) const {
  for (const edm::StructuredType* t = &type; t; t = t->base)
    for (const edm::NavigationProperty& navigation : t->navigation) {
      const json::Value* value = navigation.inlined ? object.if_contains(navigation.name) : nullptr;
      if (!value || !value->is_object() || !selection.all) continue;
      separate(out);
      json::append_string(out, navigation.name);
      out += ":{";
      append_members(out, value->get_object(), *navigation.target, Selection(), Members::present);
      out += '}';
    }
}

void Shaper::append_value(std::string& out, const json::Value* value, const edm::TypeRef& type,
                          const Selection& selection) const {
  if (!value || value->is_null()) {
    out += type.collection ? "[]" : "null";
    return;
  }
  const json::Array* items = type.collection ? value->if_array() : nullptr;
  if (!items) return append_item(out, *value, type, selection);
  out += '[';
  const edm::TypeRef item = type.item();
  bool first = true;
  for (const json::Value& each : *items) {
    if (!std::exchange(first, false)) out += ',';
    append_item(out, each, item, selection);
  }
  out += ']';
}

void Shaper::append_item(std::string& out, const json::Value& value, const edm::TypeRef& type,
                         const Selection& selection) const {
  if (type.structured && value.is_object()) {
    out += '{';
    append_members(out, value.get_object(), *type.structured, selection);
    out += '}';
  } else if (type.enumeration && value.is_string()) {
    append_enumeration(out, value.get_string(), *type.enumeration);
  } else if (type.is(edm::Primitive::date_time_offset) && value.is_string()) {
    append_date_time(out, value.get_string());
  } else {
    json::append(out, value);
  }
}

// A member that a client may not know yet: of the model but declared later, or not of the model.
std::string_view Shaper::shown_member(std::string_view name, const edm::EnumType& type) const {
  const edm::EnumMember* member = type.find(name);
  const edm::EnumMember* unknown = type.unknown_future_value();
  if (!member) return unknown ? std::string_view(unknown->name) : name;
  return !options_.unknown_members && type.came_later(*member) ? unknown->name : member->name;
}

void Shaper::append_enumeration(std::string& out, std::string_view text, const edm::EnumType& type) const {
  if (!type.flags) return json::append_string(out, shown_member(text, type));
  std::string shown;
  for (const std::string_view name : split_list(text, ',')) {
    const std::string_view member = shown_member(name, type);
    if (("," + shown + ",").find("," + std::string(member) + ",") != std::string::npos) continue;
    shown += (shown.empty() ? "" : ",") + std::string(member);
  }
  json::append_string(out, shown);
}

}  // namespace vedette::odata
