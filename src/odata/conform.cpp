#include "conform.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "selection.h"
#include "value_kinds.h"
#include "vedette/base/guid.h"
#include "vedette/base/nearest_name.h"
#include "vedette/base/time.h"
#include "xml_duration.h"

namespace vedette::odata {
namespace {

using base::ErrorCode;
using base::Result;
using edm::Primitive;

std::string joined(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : path + "/" + std::string(name);
}

base::Error wrong_type(const std::string& path, const edm::TypeRef& type) {
  return bad_value(path, "The value of '" + path + "' is no " + edm::to_string(type) + ".");
}

struct Range {
  int64_t min, max;
};

Range range_of(Primitive primitive) {
  switch (primitive) {
    case Primitive::byte:
      return {0, 255};
    case Primitive::sbyte:
      return {-128, 127};
    case Primitive::int16:
      return {std::numeric_limits<int16_t>::min(), std::numeric_limits<int16_t>::max()};
    case Primitive::int32:
      return {std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max()};
    default:
      return {std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max()};
  }
}

Result<json::Value> conform_integer(const json::Value& value, const edm::TypeRef& type, const std::string& path) {
  // Clients send whole numbers as texts too (ports, IEEE754Compatible).
  int64_t parsed = 0;
  const int64_t* number = value.if_int64();
  if (value.is_string()) {
    const std::string_view text = value.get_string();
    const auto read = std::from_chars(text.data(), text.data() + text.size(), parsed);
    if (!text.empty() && read.ec == std::errc() && read.ptr == text.data() + text.size()) number = &parsed;
  }
  const Range range = range_of(type.primitive);
  if (!number || *number < range.min || *number > range.max) return wrong_type(path, type);
  return json::Value(*number);
}

Result<json::Value> conform_text(const json::Value& value, const edm::TypeRef& type, const std::string& path) {
  if (!value.is_string()) return wrong_type(path, type);
  const std::string_view text = value.get_string();
  switch (type.primitive) {
    case Primitive::date_time_offset: {
      const auto time = base::parse_iso_date_time(text);
      if (!time) return wrong_type(path, type);
      return json::Value(base::format_date_time(*time));
    }
    case Primitive::date: {
      const auto time = base::parse_iso_date_time(text);
      if (!time || text.size() != 10) return wrong_type(path, type);
      return value;
    }
    case Primitive::guid: {
      const auto guid = base::parse_guid(text);
      if (!guid) return wrong_type(path, type);
      return json::Value(base::to_string(*guid));
    }
    case Primitive::duration:
      if (!parse_xml_duration(text)) return wrong_type(path, type);
      return value;
    default:
      return value;
  }
}

Result<json::Value> conform_primitive(const json::Value& value, const edm::TypeRef& type, const std::string& path) {
  if (type.is(Primitive::untyped)) return value;
  if (is_integer(type)) return conform_integer(value, type, path);
  if (is_number(type)) {
    const double number = value.is_number() ? value.to_number<double>() : std::numeric_limits<double>::quiet_NaN();
    if (!std::isfinite(number)) return wrong_type(path, type);
    return value;
  }
  if (!type.is(Primitive::boolean)) return conform_text(value, type, path);
  if (!value.is_bool()) return wrong_type(path, type);
  return value;
}

Result<json::Value> conform_enumeration(const json::Value& value, const edm::EnumType& type, const std::string& path) {
  if (!value.is_string())
    return bad_value(path, "The value of '" + path + "' is no member of '" + type.name + "': it is no text.");
  const std::string_view text = value.get_string();
  std::string canonical;
  for (const std::string_view name : type.flags ? split_list(text, ',') : std::vector<std::string_view>{text}) {
    const edm::EnumMember* member = type.find(name);
    if (!member || member == type.unknown_future_value())
      return bad_value(path, "The value '" + std::string(name) + "' of '" + path + "' is no member of '" + type.name +
                                 "' that can be set." + base::suggestion(name, names_of(type)));
    canonical += (canonical.empty() ? "" : ",") + member->name;
  }
  return json::Value(canonical);
}

// Documents and clients mix up the namespaces of types: the last part of the name decides where it is unambiguous.
const edm::StructuredType* by_last_name(const edm::StructuredType& declared, std::string_view name) {
  const auto last = [](std::string_view full) { return full.substr(full.rfind('.') + 1); };
  if (edm::equal_names(last(declared.name), last(name))) return &declared;
  const edm::StructuredType* found = nullptr;
  for (const edm::StructuredType* derived : declared.derived)
    if (edm::equal_names(last(derived->name), last(name))) found = found ? &declared : derived;
  return found == &declared ? nullptr : found;
}

Result<const edm::StructuredType*> type_of(const json::Object& object, const edm::StructuredType& declared,
                                           const std::string& path, const edm::Model& model) {
  const json::Value* annotation = object.if_contains("@odata.type");
  if (!annotation) return &declared;
  std::string_view name = annotation->is_string() ? std::string_view(annotation->get_string()) : std::string_view();
  if (name.starts_with('#')) name.remove_prefix(1);
  const edm::StructuredType* type = model.find_structured(name);
  if (!type) type = by_last_name(declared, name);
  if (!type || !type->is_a(declared))
    return bad_value(joined(path, "@odata.type"), "The type '" + std::string(name) + "' of '@odata.type' is not '" +
                                                      declared.name + "' and not derived from it.");
  return type;
}

// The declared type of a member, and its name in the model's case.
struct Member {
  std::string name;
  edm::TypeRef type;
  bool entity = false;  // within the one that is sent
};

Result<Member> find_member(const edm::StructuredType& type, std::string_view name, const std::string& path) {
  if (const edm::Property* property = type.find_property(name)) return Member{property->name, property->type};
  const edm::NavigationProperty* navigation = type.find_navigation(name);
  if (navigation && (navigation->contains_target || navigation->inlined)) {
    edm::TypeRef target;
    target.structured = navigation->target;
    target.collection = navigation->collection;
    return Member{navigation->name, target, true};
  }
  if (type.open) return Member{std::string(name), edm::TypeRef()};
  return bad_value(joined(path, name), "'" + type.name + "' has no property '" + std::string(name) + "'." +
                                           base::suggestion(name, names_of(type.properties)));
}

// As of a new entity by itself, what the client says of the server's members is ignored.
json::Value without_computed(json::Value value, const edm::TypeRef& type, const edm::Model& model) {
  if (json::Array* items = value.if_array())
    for (json::Value& item : *items) item = without_computed(std::move(item), type, model);
  json::Object* object = value.if_object();
  if (!object) return value;
  std::string_view name = json::find_string(value, "@odata.type");
  if (name.starts_with('#')) name.remove_prefix(1);
  const edm::StructuredType* derived = name.empty() ? nullptr : model.find_structured(name);
  for (const edm::Property& property : (derived ? derived : type.structured)->properties)
    if (property.computed) object->erase(property.name);
  return value;
}

// Links that are declared and not kept are not supported yet.
base::Error refused_link(const edm::StructuredType& type, std::string_view name, const std::string& path) {
  const std::string_view navigation = name.substr(0, name.find('@'));
  const auto code = type.find_navigation(navigation) ? ErrorCode::not_implemented : ErrorCode::bad_request;
  return base::fail(code, "'" + std::string(name) + "' is not supported.").with_target(path);
}

}  // namespace

base::Error bad_value(const std::string& path, std::string message) {
  return base::fail(ErrorCode::bad_request, std::move(message)).with_target(path);
}

Result<json::Value> conform(const json::Value& value, const edm::TypeRef& type, const std::string& path,
                            const edm::Model& model) {
  if (type.collection) {
    if (!value.is_array()) return wrong_type(path, type);
    json::Array items;
    for (const json::Value& item : value.get_array()) items.push_back(TRY(conform(item, type.item(), path, model)));
    return json::Value(std::move(items));
  }
  if (value.is_null()) {
    if (!type.nullable) return bad_value(path, "The value of '" + path + "' must not be null.");
    return value;
  }
  if (type.enumeration) return conform_enumeration(value, *type.enumeration, path);
  if (!type.structured) return conform_primitive(value, type, path);
  if (!value.is_object()) return wrong_type(path, type);
  return json::Value(TRY(conform_object(value.get_object(), *type.structured, path, model)));
}

Result<json::Object> conform_object(const json::Object& object, const edm::StructuredType& declared,
                                    const std::string& path, const edm::Model& model) {
  const edm::StructuredType& type = *TRY(type_of(object, declared, path, model));
  json::Object out;
  if (&type != &declared) out["@odata.type"] = "#" + type.name;
  for (const auto& member : object) {
    const std::string_view name = member.key();
    if (name.ends_with("@odata.bind")) return refused_link(type, name, joined(path, name));
    if (name.starts_with('@') || (name.find('@') != name.npos && !type.open)) continue;
    const Member known = TRY(find_member(type, name, path));
    if (out.contains(known.name))
      return bad_value(joined(path, name), "The property '" + known.name + "' is given twice.");
    json::Value value = TRY(conform(member.value(), known.type, joined(path, known.name), model));
    out[known.name] = known.entity ? without_computed(std::move(value), known.type, model) : std::move(value);
  }
  return out;
}

Result<Body> parse_body(std::string_view body, std::string_view content_type, std::string_view content_encoding) {
  if (!content_encoding.empty() && !edm::equal_names(content_encoding, "identity"))
    return base::fail(ErrorCode::unsupported_media_type,
                      "The content coding '" + std::string(content_encoding) + "' is not supported here.");
  if (body.empty()) return Body{{}, true};
  const auto parts = split_list(content_type, ';');
  if (!content_type.empty() && !edm::equal_names(parts[0], "application/json"))
    return base::fail(ErrorCode::unsupported_media_type, "The body has to be application/json.");
  for (size_t i = 1; i < parts.size(); ++i)
    if (edm::equal_names(parts[i].substr(0, 8), "charset=") && !edm::equal_names(parts[i].substr(8), "utf-8") &&
        !edm::equal_names(parts[i].substr(8), "\"utf-8\""))
      return base::fail(ErrorCode::unsupported_media_type, "The body has to be in UTF-8.");
  json::Value value = TRY(json::parse(body));
  if (!value.is_object()) return base::fail(ErrorCode::bad_request, "The body has to be a JSON object.");
  return Body{std::move(value.get_object()), false};
}

}  // namespace vedette::odata
