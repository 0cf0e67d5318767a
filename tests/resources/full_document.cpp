#include "full_document.h"

#include <sstream>

namespace vedette::resources {
namespace {

constexpr int depth_max = 4;  // of values in values: some types contain themselves
constexpr const char* placeholder_key = "known";

const edm::StructuredType& concrete(const edm::StructuredType& type) {
  if (!type.abstract) return type;
  for (const edm::StructuredType* derived : type.derived)
    if (!derived->abstract) return *derived;
  return type;
}

json::Value item_value(const edm::TypeRef& type, int depth);

json::Object object_value(const edm::StructuredType& declared, int depth) {
  const edm::StructuredType& type = concrete(declared);
  json::Object object;
  if (&type != &declared) object["@odata.type"] = "#" + type.name;
  for (const edm::Property& property : type.properties) {
    if (!property.type.collection) {
      object[property.name] = item_value(property.type, depth);
      continue;
    }
    json::Array items;
    const edm::TypeRef item = property.type.item();
    if (depth < depth_max) items.push_back(item_value(item, depth));
    // One of each type that may be there.
    if (item.structured && item.structured->abstract)
      for (const edm::StructuredType* derived : item.structured->derived)
        if (depth < 2 && !derived->abstract) {
          items.push_back(object_value(*derived, depth + 1));
          items.back().get_object()["@odata.type"] = "#" + derived->name;
        }
    object[property.name] = std::move(items);
  }
  return object;
}

json::Value primitive_value(edm::Primitive primitive) {
  switch (primitive) {
    case edm::Primitive::boolean:
      return json::Value(true);
    case edm::Primitive::byte:
    case edm::Primitive::sbyte:
    case edm::Primitive::int16:
    case edm::Primitive::int32:
    case edm::Primitive::int64:
      return json::Value(1);
    case edm::Primitive::single:
    case edm::Primitive::double_:
    case edm::Primitive::decimal:
      return json::Value(0.5);
    case edm::Primitive::date:
      return json::Value("2024-05-01");
    case edm::Primitive::date_time_offset:
      return json::Value("2024-05-01T12:00:00.0000000Z");
    case edm::Primitive::time_of_day:
      return json::Value("12:00:00");
    case edm::Primitive::duration:
      return json::Value("P1D");
    case edm::Primitive::guid:
      return json::Value("0c9a2d44-0f41-4f4e-9d0e-1f1f3c5b2a11");
    case edm::Primitive::binary:
      return json::Value("eA==");
    case edm::Primitive::string:
    case edm::Primitive::stream:
    case edm::Primitive::untyped:
      break;
  }
  return json::Value("x");
}

json::Value item_value(const edm::TypeRef& type, int depth) {
  if (type.enumeration) return json::Value(type.enumeration->members.front().name);
  if (!type.structured) return primitive_value(type.primitive);
  if (depth >= depth_max && type.nullable) return {};
  return object_value(*type.structured, depth + 1);
}

void set_at(json::Object& document, std::string_view path, const std::string& value) {
  const size_t slash = path.find('/');
  if (slash == path.npos) {
    document[path] = value;
    return;
  }
  json::Value& inner = document[path.substr(0, slash)];
  if (!inner.is_object()) inner.emplace_object();
  set_at(inner.get_object(), path.substr(slash + 1), value);
}

std::vector<std::string> cut(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, separator);)
    if (!part.empty()) parts.push_back(part);
  return parts;
}

std::string unquoted(std::string key) {
  if (key.size() > 1 && key.front() == '\'' && key.back() == '\'') key = key.substr(1, key.size() - 2);
  return key;
}

}  // namespace

json::Value sample_value(const edm::TypeRef& type) {
  if (!type.collection) return item_value(type, 0);
  return json::Array{item_value(type.item(), 0)};
}

json::Object full_document(const edm::StructuredType& type, const std::string& id) {
  json::Object document = object_value(type, 0);
  document[type.key] = id;
  const edm::StructuredType& actual = concrete(type);
  for (const edm::StructuredType* t = &actual; t; t = t->base)
    for (const edm::NavigationProperty& navigation : t->navigation)
      if (navigation.inlined && !navigation.collection) {
        json::Object reference{{navigation.target->key, placeholder_key}};
        if (navigation.target->abstract) reference["@odata.type"] = "#" + concrete(*navigation.target).name;
        document[navigation.name] = std::move(reference);
      }
  return document;
}

struct Seeder::Way {
  const edm::StructuredType* type = nullptr;
  const edm::Capabilities* capabilities = nullptr;
  bool collection = false;
  bool ended = false;       // at a property or an operation
  std::string id;           // of the entity that is reached; "" outside of entities
  std::string parent;       // of the entity around what is reached
  std::string foreign_key;  // paths that hold `parent`
  std::string stored_in, stored_id;
  json::Object document;  // of the last entity
};

void Seeder::put(Way& way, const std::string& id) {
  way.id = id;
  if (way.capabilities->collection.empty()) return;
  const edm::StructuredType* stored = way.type;
  for (const odata::ViewBehaviour& view : behaviours_.views)
    if (view.type == way.type->name && view.stored_set.starts_with("security/"))
      stored = model_.find_resource("security")->type->find_navigation(view.stored_set.substr(9))->target;
  json::Object document = full_document(*stored, id);
  if (!way.parent.empty() && way.foreign_key.empty()) document[odata::parent_member] = way.parent;
  if (!way.parent.empty())
    for (const std::string& path : cut(way.foreign_key, ' ')) set_at(document, path, way.parent);
  if (way.capabilities->owned) document[odata::owner_member] = "app";
  way.stored_in = way.capabilities->collection;
  way.stored_id = id;
  way.document = std::move(document);
  (void)store_.commit(tenant_, {{}, {{way.stored_in, id, json::to_text(way.document), store::any_version}}, {}});
}

void Seeder::enter(Way& way, const std::string& segment) {
  const size_t open = segment.ends_with(')') ? segment.find('(') : std::string::npos;
  const std::string name = segment.substr(0, open);
  const std::string inside = open == std::string::npos ? "" : segment.substr(open + 1, segment.size() - open - 2);
  if (way.type && way.collection) {
    way.collection = false;
    if (name == "$count" || model_.find_operation(name, *way.type, true)) return static_cast<void>(way.ended = true);
    return put(way, segment);
  }
  const edm::NavigationProperty* navigation = way.type ? way.type->find_navigation(name) : nullptr;
  const edm::Resource* resource = way.type ? nullptr : model_.find_resource(name);
  if (!resource && !way.type) {
    way.type = model_.find_resource("security")->type;
    navigation = way.type->find_navigation(name);
  }
  if (!resource && !navigation) return static_cast<void>(way.ended = true);
  way.type = resource ? resource->type : navigation->target;
  way.capabilities = resource ? &resource->capabilities : &navigation->capabilities;
  way.collection = resource ? resource->kind == edm::ResourceKind::entity_set : navigation->collection;
  way.foreign_key = way.capabilities->foreign_key;
  way.parent = std::exchange(way.id, std::string());
  if (way.collection && !inside.empty()) {
    way.collection = false;
    return put(way, unquoted(inside));
  }
  if (navigation && !navigation->collection && !way.capabilities->collection.empty())
    put(way, way.parent.empty() ? "singleton" : way.parent);
}

void Seeder::seed(const std::string& path, const json::Object& members) {
  Way way;
  for (const std::string& segment : cut(path, '/'))
    if (!way.ended) enter(way, segment);
  if (members.empty() || way.stored_in.empty()) return;
  for (const auto& member : members) way.document[member.key()] = member.value();
  (void)store_.commit(tenant_,
                      {{}, {{way.stored_in, way.stored_id, json::to_text(way.document), store::any_version}}, {}});
}

DocumentedUrl read_url(std::string url) {
  DocumentedUrl out;
  if (const size_t scheme = url.find("://"); scheme != std::string::npos && scheme < 6)
    url.erase(0, std::min(url.find('/', scheme + 3), url.size()));
  if (const size_t query = url.find('?'); query != std::string::npos) {
    for (const char c : url.substr(query)) out.query += c == ' ' ? std::string("%20") : std::string(1, c);
    url.erase(query);
  }
  for (const char* root : {"/v1.0/", "/beta/"})
    if (url.starts_with(root)) {
      out.root = std::string(root).substr(1, 4);
      url.erase(0, 5);
    }
  for (size_t open = url.find('{'); open != std::string::npos; open = url.find('{'))
    url.replace(open, url.find('}', open) - open + 1, placeholder_key);
  out.path = url;
  return out;
}

}  // namespace vedette::resources
