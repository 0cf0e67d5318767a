#include "new_entity.h"

#include <charconv>

#include "conform.h"
#include "entities.h"
#include "url.h"
#include "value_kinds.h"
#include "vedette/base/guid.h"

namespace vedette::odata {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;
using edm::Stamp;

enum class Moment : uint8_t { insert, update };

const edm::StructuredType& type_of(const edm::Model& model, const edm::StructuredType& declared,
                                   const json::Object& document) {
  std::string_view name = text_of(document, "@odata.type");
  if (name.starts_with('#')) name.remove_prefix(1);
  const edm::StructuredType* type = model.find_structured(name);
  return type && type->is_a(declared) ? *type : declared;
}

const edm::StructuredType& type_of(const Call& call, const json::Object& document) {
  return type_of(*call.route.model, *call.route.type, document);
}

// Who acts, as text, or as an identity set where the property is one.
json::Value actor_value(const Caller& caller, const edm::TypeRef& type) {
  const std::string& id = caller.is_user() ? caller.user_id : caller.app_id;
  const std::string& name = caller.is_user() && !caller.user_name.empty() ? caller.user_name : id;
  if (!type.structured) return json::Value(name);
  const char* member = caller.is_user() ? "user" : "application";
  if (!type.structured->find_property(member)) return {};
  return json::Object{{member, json::Object{{"id", id}, {"displayName", name}}}};
}

void stamp(const Call& call, json::Object& document, Moment moment) {
  const auto made = moment == Moment::insert;
  for (const edm::Property& property : type_of(call, document).properties) {
    json::Value value;
    switch (property.stamp) {
      case Stamp::none:
        continue;
      case Stamp::created:
      case Stamp::modified:
        if (property.stamp == Stamp::created && !made) continue;
        value = base::format_date_time(call.now);
        break;
      case Stamp::creator:
      case Stamp::modifier:
        if (property.stamp == Stamp::creator && !made) continue;
        value = actor_value(call.caller, property.type);
        break;
      case Stamp::tenant:
        if (!made) continue;
        value = call.caller.tenant_id;
        break;
      case Stamp::application:
        if (!made) continue;
        value = call.caller.app_id;
        break;
    }
    document[property.name] = std::move(value);
  }
}

// CSDL writes values as texts.
json::Value default_of(const edm::Property& property) {
  if (property.type.collection) return json::Array();
  const std::string& text = *property.default_value;
  if (property.type.is(edm::Primitive::boolean)) return json::Value(text == "true");
  if (!is_number(property.type)) return json::Value(text);
  int64_t whole = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), whole);
  if (read.ptr == text.data() + text.size()) return json::Value(whole);
  return json::Value(std::strtod(text.c_str(), nullptr));
}

// "x" of "x", "set('x')" and "set(x)".
std::string last_key(const std::string& segment) {
  const size_t open = segment.find('(');
  if (open == std::string::npos || !segment.ends_with(')')) return segment;
  std::string key = segment.substr(open + 1, segment.size() - open - 2);
  if (key.size() > 1 && key.starts_with('\'') && key.ends_with('\'')) key = key.substr(1, key.size() - 2);
  return key;
}

void add_defaults(const Call& call, json::Object& document) {
  for (const edm::Property& property : type_of(call, document).properties)
    if (property.default_value && !document.contains(property.name)) document[property.name] = default_of(property);
}

// Values in values are whole too: what must not be null is there.
base::Status complete_inside(json::Value& value, const edm::TypeRef& declared, const std::string& path,
                             const edm::Model& model) {
  if (!declared.structured) return {};
  if (json::Array* items = value.if_array()) {
    for (json::Value& item : *items) TRY(complete_inside(item, declared.item(), path, model));
    return {};
  }
  json::Object* object = value.if_object();
  if (!object) return {};
  for (const edm::Property& property : type_of(model, *declared.structured, *object).properties) {
    const std::string inside = path + "/" + property.name;
    json::Value* member = object->if_contains(property.name);
    if (member && !member->is_null()) {
      TRY(complete_inside(*member, property.type, inside, model));
    } else if (property.default_value) {
      (*object)[property.name] = default_of(property);
    } else if (!property.type.nullable && !property.type.collection && !property.computed) {
      return bad_value(inside, "The property '" + inside + "' is missing.");
    }
  }
  return {};
}

base::Status complete_members(const Call& call, json::Object& document) {
  for (const edm::Property& property : type_of(call, document).properties)
    if (json::Value* value = document.if_contains(property.name))
      TRY(complete_inside(*value, property.type, property.name, *call.route.model));
  return {};
}

base::Status require(const Call& call, const json::Object& document) {
  const auto missing = [&](const std::string& name) {
    const json::Value* value = document.if_contains(name);
    return !value || value->is_null();
  };
  for (const edm::Property& property : type_of(call, document).properties)
    if (!property.type.nullable && !property.type.collection && missing(property.name))
      return bad_value(property.name, "The property '" + property.name + "' is missing.");
  for (const std::string& name : call.route.capabilities->required)
    if (missing(name)) return bad_value(name, "The property '" + name + "' is missing.");
  return {};
}

// The entity that a URL names, as a reference. One of this service has to exist and be of the property's type; of
// another the key alone is known.
Result<json::Value> reference_of(const Call& call, const std::string& name, const json::Value& url,
                                 const edm::StructuredType& target) {
  if (url.is_null() || (url.is_string() && url.get_string().empty())) return json::Value();
  if (!url.is_string()) return bad_value(name, "The value of '" + name + "' is no URL.");
  std::string_view path = url.get_string();
  if (const size_t scheme = path.find("://"); scheme != path.npos)
    path.remove_prefix(std::min(path.find('/', scheme + 3), path.size()));
  const auto segments = TRY(split_path(path.starts_with('/') ? std::string(path) : "/" + std::string(path)));
  if (segments.empty()) return bad_value(name, "The value of '" + name + "' is no URL of an entity.");
  const auto route = resolve({call.route.model}, path);
  if (!route || route->kind != RouteKind::entity || route->capabilities->collection.empty())
    return json::Object{{"id", last_key(segments.back())}};
  const auto found = TRY(call.store.get(call.caller.tenant_id, route->capabilities->collection, route->id));
  if (!found) return bad_value(name, "The resource '" + route->id + "' of '" + name + "' does not exist.");
  if (!type_of(*route->model, *route->type, TRY(parse_document(*found))).is_a(target))
    return bad_value(name, "The resource '" + route->id + "' of '" + name + "' is no '" + target.name + "'.");
  return json::Object{{route->type->key, route->id}};
}

}  // namespace

Result<json::Object> conform_new(const Call& call, const json::Object& body) {
  json::Object named, sent, links;
  if (const json::Value* name = body.if_contains("@odata.type")) named["@odata.type"] = *name;
  named = TRY(conform_object(named, *call.route.type, "", *call.route.model));  // a short name becomes the whole one
  const edm::StructuredType& type = type_of(call, named);
  for (const auto& member : body) {
    const std::string_view name = member.key();
    const edm::Property* property = type.find_property(name);
    if (property && (property->computed || property->name == type.key)) continue;
    constexpr std::string_view bind = "@odata.bind";
    const edm::NavigationProperty* bound =
        name.ends_with(bind) ? type.find_navigation(name.substr(0, name.size() - bind.size())) : nullptr;
    if (bound && bound->inlined)
      links[bound->name] = TRY(reference_of(call, std::string(name), member.value(), *bound->target));
    else
      sent[name] = member.value();
  }
  json::Object document = TRY(conform_object(sent, *call.route.type, "", *call.route.model));
  if (call.route.type->abstract && !document.contains("@odata.type"))
    return bad_value("@odata.type", "The entity needs an '@odata.type': '" + call.route.type->name + "' is abstract.");
  for (const auto& member : document)
    if (const auto* navigation = type.find_navigation(member.key());
        navigation && !navigation->capabilities.collection.empty())
      return bad_value(navigation->name, "'" + navigation->name + "' is created at a URL of its own.");
  for (auto& link : links)
    if (!link.value().is_null()) document[link.key()] = std::move(link.value());
  return document;
}

Result<json::Object> new_document(const Call& call, json::Object members) {
  json::Object document{{call.route.type->key, base::to_string(base::random_guid())}};
  for (auto& member : members) document[member.key()] = std::move(member.value());
  add_defaults(call, document);
  stamp(call, document, Moment::insert);
  TRY(require(call, document));
  TRY(complete_members(call, document));
  return document;
}

json::Object initial_document(const Call& call) {
  json::Object document{{call.route.type->key, call.route.id}};
  add_defaults(call, document);
  return document;
}

void stamp_update(const Call& call, json::Object& document) { stamp(call, document, Moment::update); }

void add_links(const Call& call, json::Object& document) {
  if (call.route.capabilities->owned) document[owner_member] = call.caller.owner();
  const Parent* parent = link_of(call.route);
  if (parent && parent->link.find_first_of("/ ") == std::string::npos) document[parent->link] = parent->id;
}

}  // namespace vedette::odata
