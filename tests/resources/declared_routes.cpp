#include "declared_routes.h"

#include <algorithm>
#include <deque>
#include <set>

#include "full_document.h"

namespace vedette::resources {
namespace {

bool has_change(const odata::Behaviours& behaviours, const edm::StructuredType& type, std::string_view property) {
  for (const edm::StructuredType* t = &type; t; t = t->base)
    for (const odata::ChangeBehaviour& behaviour : behaviours.changes)
      if (behaviour.type == t->name && behaviour.property == property) return true;
  return false;
}

bool contains(const std::vector<std::string>& all, std::string_view one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

class Walk {
 public:
  Walk(const edm::Model& model, const odata::Behaviours& behaviours) : model_(model), behaviours_(behaviours) {}

  // The nearest first, so that paths are short.
  std::vector<DeclaredRoute> run() {
    for (const edm::Resource& resource : model_.resources())
      ahead_.push_back({"/" + resource.name, resource.type, &resource.capabilities,
                        resource.kind == edm::ResourceKind::entity_set ? Place::collection : Place::single});
    while (!ahead_.empty()) {
      const Step step = ahead_.front();
      ahead_.pop_front();
      enter(step.path, *step.type, *step.capabilities, step.place);
    }
    return std::move(routes_);
  }

 private:
  struct Step {
    std::string path;
    const edm::StructuredType* type;
    const edm::Capabilities* capabilities;
    Place place;
  };

  void enter(const std::string& path, const edm::StructuredType& type, const edm::Capabilities& capabilities,
             Place place) {
    add(place, path, type, capabilities);
    add_operations(path, type, capabilities, place == Place::collection);
    if (place == Place::collection) {
      add(Place::entity, path + "/" + known_key, type, capabilities);
      add_operations(path + "/" + known_key, type, capabilities, false);
      add_properties(path + "/" + known_key, type, capabilities);
    }
    const std::string inside = place == Place::collection ? path + "/" + known_key : path;
    for (const edm::StructuredType* t = &type; t; t = t->base)
      for (const edm::NavigationProperty& navigation : t->navigation)
        if (seen_.insert(&navigation).second)
          ahead_.push_back({inside + "/" + navigation.name, navigation.target, &navigation.capabilities,
                            navigation.collection ? Place::collection : Place::single});
  }

  DeclaredRoute& add(Place place, const std::string& path, const edm::StructuredType& type,
                     const edm::Capabilities& capabilities) {
    DeclaredRoute& route = routes_.emplace_back();
    route.place = place;
    route.path = path;
    route.type = &type;
    route.capabilities = &capabilities;
    const auto method = [&](const char* name, const std::optional<edm::Permissions>& permissions) {
      const bool done = !capabilities.collection.empty() && !contains(capabilities.not_yet, name);
      if (permissions) route.methods.push_back({name, &*permissions, done});
    };
    if (place == Place::property || place == Place::operation) return route;
    method("GET", capabilities.read);
    if (place == Place::collection) {
      method("POST", capabilities.insert);
    } else {
      method("PATCH", capabilities.update);
      method("DELETE", capabilities.remove);
    }
    return route;
  }

  void add_operations(const std::string& path, const edm::StructuredType& type, const edm::Capabilities& capabilities,
                      bool collection) {
    for (const auto& operation : model_.operations()) {
      if (model_.find_operation(operation->full_name, type, collection) != operation.get()) continue;
      std::string arguments;
      for (const edm::Parameter& parameter : operation->parameters)
        arguments += (arguments.empty() ? "" : ",") + parameter.name + "='x'";
      const bool inline_arguments = operation->is_function && !arguments.empty();
      DeclaredRoute& route =
          add(Place::operation, path + "/" + operation->name + (inline_arguments ? "(" + arguments + ")" : ""), type,
              capabilities);
      route.operation = operation.get();
      bool done = operation->is_function && operation->name == "delta" && collection;
      for (const odata::OperationBehaviour& behaviour : behaviours_.operations)
        done |= behaviour.name == operation->full_name;
      done |= !collection && has_change(behaviours_, type, operation->name);
      route.methods.push_back({operation->is_function ? "GET" : "POST", &operation->permissions, done});
    }
  }

  void add_properties(const std::string& path, const edm::StructuredType& type, const edm::Capabilities& capabilities) {
    for (const edm::Property& property : type.properties) {
      DeclaredRoute& route = add(Place::property, path + "/" + property.name, type, capabilities);
      route.property = &property;
      const bool done = !capabilities.collection.empty();
      const auto& read = property.read ? property.read : capabilities.read;
      if (read) route.methods.push_back({"GET", &*read, done});
      if (property.type.collection && capabilities.update && has_change(behaviours_, type, property.name))
        route.methods.push_back({"POST", &*capabilities.update, done});
    }
  }

  const edm::Model& model_;
  const odata::Behaviours& behaviours_;
  std::deque<Step> ahead_;
  std::set<const edm::NavigationProperty*> seen_;
  std::vector<DeclaredRoute> routes_;
};

}  // namespace

const DeclaredMethod* DeclaredRoute::find(std::string_view method) const {
  for (const DeclaredMethod& one : methods)
    if (one.name == method || (method == "HEAD" && one.name == "GET")) return &one;
  return nullptr;
}

std::string DeclaredRoute::allow() const {
  std::string text;
  for (const DeclaredMethod& method : methods) text += method.name + (method.name == "GET" ? ", HEAD, " : ", ");
  return text + "OPTIONS";
}

std::vector<DeclaredRoute> declared_routes(const edm::Model& model, const odata::Behaviours& behaviours) {
  return Walk(model, behaviours).run();
}

json::Object sample_body(const DeclaredRoute& route, std::string_view method) {
  json::Object body;
  if (route.operation)
    for (const edm::Parameter& parameter : route.operation->parameters)
      body[parameter.name] = sample_value(parameter.type);
  if (route.operation) return body;
  if (route.place == Place::property) {
    const json::Value items = sample_value(route.property->type);
    return items.get_array()[0].is_object() ? items.get_array()[0].get_object() : body;
  }
  const json::Object document = full_document(*route.type, known_key);
  for (const auto& member : document) {
    const edm::Property* property = route.type->find_property(member.key());
    const bool type_name = member.key() == "@odata.type" && method == "POST";
    if (!property && !type_name) continue;
    if (property && (property->computed || property->name == route.type->key)) continue;
    if (property && method == "PATCH" && !edm::is_updatable(*property, *route.capabilities)) continue;
    body[member.key()] = member.value();
  }
  return body;
}

}  // namespace vedette::resources
