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
    if (route_.count || route_.kind == RouteKind::metadata || route_.kind == RouteKind::openapi ||
        route_.kind == RouteKind::batch || route_.kind == RouteKind::operation)
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
      case RouteKind::openapi:
      case RouteKind::batch:
      case RouteKind::operation:
        break;
    }
    return unknown(text, {});
  }

  base::Status from_root(const std::string& text) {
    if (edm::equal_names(text, "$metadata")) return route_.kind = RouteKind::metadata, base::Status();
    if (edm::equal_names(text, "openapi.json")) return route_.kind = RouteKind::openapi, base::Status();
    if (edm::equal_names(text, "$batch")) return route_.kind = RouteKind::batch, base::Status();
    const Segment segment = split_segment(text);
    const edm::Resource* resource = route_.model->find_resource(segment.name);
    if (!resource) {
      // Links of Microsoft's overview page leave out /security.
      const edm::Resource* security = route_.model->find_resource("security");
      if (security && security->type->find_navigation(segment.name)) {
        TRY(from_root("security"));
        return from_entity(text);
      }
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
      enter_navigation(*navigation);
      return arguments_as_key(segment);
    }
    if (route_.kind == RouteKind::singleton && edm::equal_names(segment.name, route_.name)) return {};
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

  // A contained entity holds its parent's key. One that its parent has one of has the parent's key for its own.
  void enter_navigation(const edm::NavigationProperty& navigation) {
    const std::string& foreign_key = navigation.capabilities.foreign_key;
    const bool below_entity = route_.kind == RouteKind::entity;
    if (below_entity)
      route_.parents.push_back(
          {route_.capabilities, route_.id, foreign_key.empty() ? parent_member : foreign_key, route_.linked});
    const std::string id = below_entity ? route_.id : "singleton";
    enter(navigation.name, *navigation.target, navigation.capabilities, navigation.collection);
    route_.id.clear();
    route_.single = route_.linked = false;
    if (navigation.collection || navigation.capabilities.collection.empty()) return;
    route_.kind = RouteKind::entity;
    route_.id = id;
    route_.single = true;
    route_.linked = below_entity && !foreign_key.empty();
  }

  void enter(const std::string& name, const edm::StructuredType& type, const edm::Capabilities& capabilities,
             bool collection) {
    route_.name = name;
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
    route_.single = false;
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

const Parent* link_of(const Route& route) { return route.parents.empty() ? nullptr : &route.parents.back(); }

}  // namespace vedette::odata
