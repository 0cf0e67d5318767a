#include "route.h"

#include "url.h"
#include "vedette/base/nearest_name.h"

namespace vedette::odata {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;

// "alerts_v2('x')" as the name and what stands in the parentheses.
struct Segment {
  std::string name;
  std::optional<std::string> arguments;
};

Segment split_segment(const std::string& text) {
  const size_t open = text.find('(');
  if (open == std::string::npos || open == 0 || !text.ends_with(')')) return {text, std::nullopt};
  return {text.substr(0, open), text.substr(open + 1, text.size() - open - 2)};
}

// 'x' with doubled quotes inside, key='x', or the bare value.
std::string key_value(const std::string& text, const std::string& key) {
  std::string_view value = text;
  const size_t equals = value.find('=');
  if (equals != value.npos && edm::equal_names(value.substr(0, equals), key)) value.remove_prefix(equals + 1);
  if (value.size() < 2 || value.front() != '\'' || value.back() != '\'') return std::string(value);
  std::string out;
  for (size_t i = 1; i + 1 < value.size(); ++i) {
    out += value[i];
    if (value[i] == '\'' && value[i + 1] == '\'' && i + 2 < value.size()) ++i;
  }
  return out;
}

std::string quoted_key(const std::string& id) {
  std::string out = "('";
  for (const char c : id) out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + "')";
}

class Resolver {
 public:
  explicit Resolver(const edm::Model& model) { route_.model = &model; }

  Result<Route> resolve(const std::vector<std::string>& segments) {
    for (const std::string& segment : segments) TRY(step(segment));
    return std::move(route_);
  }

 private:
  base::Status step(const std::string& text) {
    if (route_.count || route_.kind == RouteKind::metadata || route_.kind == RouteKind::batch ||
        route_.kind == RouteKind::operation)
      return unknown(text, {});
    switch (route_.kind) {
      case RouteKind::service_document:
        return from_root(text);
      case RouteKind::singleton:
      case RouteKind::entity:
        return from_entity(text);
      case RouteKind::collection:
        return from_collection(text);
      case RouteKind::property:
        return from_property(text);
      case RouteKind::metadata:
      case RouteKind::batch:
      case RouteKind::operation:
        break;
    }
    return unknown(text, {});
  }

  base::Status from_root(const std::string& text) {
    if (edm::equal_names(text, "$metadata")) return route_.kind = RouteKind::metadata, base::Status();
    if (edm::equal_names(text, "$batch")) return route_.kind = RouteKind::batch, base::Status();
    const Segment segment = split_segment(text);
    const edm::Resource* resource = route_.model->find_resource(segment.name);
    if (!resource) {
      std::vector<std::string_view> known;
      for (const edm::Resource& r : route_.model->resources()) known.push_back(r.name);
      return unknown(segment.name, known);
    }
    enter(resource->name, *resource->type, resource->capabilities, resource->kind == edm::ResourceKind::entity_set);
    return arguments_as_key(segment);
  }

  base::Status from_entity(const std::string& text) {
    const Segment segment = split_segment(text);
    if (const edm::NavigationProperty* navigation = route_.type->find_navigation(segment.name)) {
      std::optional<Parent> parent;
      if (!navigation->capabilities.foreign_key.empty())
        parent = Parent{route_.capabilities->collection, route_.id, navigation->capabilities.foreign_key};
      enter(navigation->name, *navigation->target, navigation->capabilities, navigation->collection);
      route_.parent = std::move(parent);
      route_.id.clear();
      return arguments_as_key(segment);
    }
    if (const edm::Operation* operation = route_.model->find_operation(segment.name, *route_.type, false))
      return enter_operation(*operation, segment);
    const edm::Property* property = route_.type->find_property(text);
    if (!property || route_.kind == RouteKind::singleton) return unknown(segment.name, member_names());
    return enter_property(*property);
  }

  base::Status from_collection(const std::string& text) {
    if (edm::equal_names(text, "$count")) return enter_count();
    const Segment segment = split_segment(text);
    if (const edm::Operation* operation = route_.model->find_operation(segment.name, *route_.type, true))
      return enter_operation(*operation, segment);
    enter_key(text);
    return {};
  }

  base::Status from_property(const std::string& text) {
    const edm::TypeRef type = route_.property_type();
    if (type.collection && edm::equal_names(text, "$count")) return enter_count();
    if (!type.structured || type.collection) return unknown(text, {});
    const edm::Property* property = type.structured->find_property(text);
    if (!property) return unknown(text, {});
    return enter_property(*property);
  }

  void enter(const std::string& name, const edm::StructuredType& type, const edm::Capabilities& capabilities,
             bool collection) {
    route_.kind = collection ? RouteKind::collection : RouteKind::singleton;
    route_.type = &type;
    route_.capabilities = &capabilities;
    append(name);
  }

  void append(const std::string& name) {
    const char* slash = route_.path.empty() ? "" : "/";
    route_.path += slash + name;
    route_.link_path += slash + percent_encode(name);
  }

  void enter_key(const std::string& id) {
    route_.kind = RouteKind::entity;
    route_.id = id;
    route_.path += quoted_key(id);
    route_.link_path += "/" + percent_encode(id);
  }

  base::Status arguments_as_key(const Segment& segment) {
    if (!segment.arguments) return {};
    if (route_.kind != RouteKind::collection || segment.arguments->empty()) return unknown(segment.name, {});
    enter_key(key_value(*segment.arguments, route_.type->key));
    return {};
  }

  base::Status enter_operation(const edm::Operation& operation, const Segment& segment) {
    route_.bound_to_entity = route_.kind == RouteKind::entity;
    route_.kind = RouteKind::operation;
    route_.operation = &operation;
    route_.arguments = segment.arguments.value_or("");
    append(operation.name);
    return {};
  }

  base::Status enter_property(const edm::Property& property) {
    route_.kind = RouteKind::property;
    route_.properties.push_back(&property);
    append(property.name);
    return {};
  }

  base::Status enter_count() {
    route_.count = true;
    append("$count");
    return {};
  }

  std::vector<std::string_view> member_names() const {
    std::vector<std::string_view> names;
    for (const edm::StructuredType* type = route_.type; type; type = type->base)
      for (const edm::NavigationProperty& navigation : type->navigation) names.push_back(navigation.name);
    for (const auto& operation : route_.model->operations())
      if (!operation->binding.collection && route_.type->is_a(*operation->binding.structured))
        names.push_back(operation->name);
    if (route_.kind == RouteKind::entity)
      for (const edm::Property& property : route_.type->properties) names.push_back(property.name);
    return names;
  }

  base::Error unknown(const std::string& segment, const std::vector<std::string_view>& known) const {
    return fail(ErrorCode::not_found, "The segment '" + segment + "' of the URL names nothing that exists." +
                                          base::suggestion(segment, known));
  }

  Route route_;
};

template <class Behaviour, class Matches>
const Behaviour* find_for_type(const std::vector<Behaviour>& behaviours, const edm::StructuredType& type,
                               Matches matches) {
  for (const edm::StructuredType* t = &type; t; t = t->base)
    for (const Behaviour& behaviour : behaviours)
      if (behaviour.type == t->name && matches(behaviour)) return &behaviour;
  return nullptr;
}

// A collection below an entity, one step away, whose items a behaviour takes.
bool takes_items(const Route& route, const Behaviours& behaviours) {
  return route.kind == RouteKind::property && !route.count && route.properties.size() == 1 &&
         route.property_type().collection && find_change(behaviours, *route.type, route.properties[0]->name);
}

const edm::Permissions* pointer(const std::optional<edm::Permissions>& permissions) {
  return permissions ? &*permissions : nullptr;
}

}  // namespace

const edm::Model* find_root(const std::vector<const edm::Model*>& models, std::string_view path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  const auto root = percent_decode(path.substr(0, path.find('/')), Plus::literal);
  for (const edm::Model* model : models)
    if (root && edm::equal_names(model->root(), *root)) return model;
  return nullptr;
}

Result<Route> resolve(const std::vector<const edm::Model*>& models, std::string_view path) {
  const edm::Model* model = find_root(models, path);
  if (!model) return fail(ErrorCode::not_found, "The URL is not below a root of the service.");
  std::vector<std::string> segments = TRY(split_path(path));
  segments.erase(segments.begin());
  return Resolver(*model).resolve(segments);
}

std::vector<Method> allowed_methods(const Route& route, const Behaviours& behaviours) {
  std::vector<Method> methods;
  const auto add = [&](std::string_view name, const edm::Permissions* permissions) {
    if (permissions) methods.push_back({name, permissions});
  };
  if (route.kind == RouteKind::service_document || route.kind == RouteKind::metadata)
    return {{"GET", nullptr}, {"HEAD", nullptr}};
  if (route.kind == RouteKind::batch) return {{"POST", nullptr}};
  if (route.kind == RouteKind::operation) {
    if (!route.operation->is_function) return {{"POST", &route.operation->permissions}};
    return {{"GET", &route.operation->permissions}, {"HEAD", &route.operation->permissions}};
  }
  const edm::Capabilities& capabilities = *route.capabilities;
  if (route.kind != RouteKind::singleton && !capabilities.collection.empty()) {
    add("GET", pointer(capabilities.read));
    add("HEAD", pointer(capabilities.read));
    if (route.kind == RouteKind::collection && !route.count) add("POST", pointer(capabilities.insert));
    if (route.kind == RouteKind::entity) {
      add("PATCH", pointer(capabilities.update));
      add("DELETE", pointer(capabilities.remove));
    }
    if (takes_items(route, behaviours)) add("POST", pointer(capabilities.update));
  }
  if (route.kind == RouteKind::entity && capabilities.deposit) add("POST", &capabilities.deposit->permissions);
  return methods;
}

const ChangeBehaviour* find_change(const Behaviours& behaviours, const edm::StructuredType& type,
                                   std::string_view property) {
  return find_for_type(behaviours.changes, type, [&](const auto& b) { return b.property == property; });
}

const InsertBehaviour* find_insert(const Behaviours& behaviours, const edm::StructuredType& type) {
  return find_for_type(behaviours.inserts, type, [](const auto&) { return true; });
}

base::Status authorise(const Caller& caller, const edm::Permissions& permissions) {
  const auto& needed = caller.is_user() ? permissions.delegated : permissions.application;
  const auto& held = caller.is_user() ? caller.scopes : caller.roles;
  for (const std::string& permission : needed)
    for (const std::string& own : held)
      if (own == permission) return {};
  if (needed.empty())
    return fail(ErrorCode::forbidden, caller.is_user() ? "The request is not open to users, only to applications."
                                                       : "The request is not open to applications, only to users.");
  std::string message = "The token lacks the permission '" + needed.front() + "'";
  for (size_t i = 1; i < needed.size(); ++i) message += (i == 1 ? ", or one of: '" : ", '") + needed[i] + "'";
  return fail(ErrorCode::forbidden, message + (caller.is_user() ? " (delegated)." : " (application)."));
}

}  // namespace vedette::odata
