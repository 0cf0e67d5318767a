#include "places.h"

#include <algorithm>
#include <deque>
#include <set>

#include "delta.h"
#include "route.h"

namespace vedette::odata {
namespace {

class PlaceFinder {
 public:
  PlaceFinder(const edm::Model& model, const Behaviours& behaviours) : model_(model), behaviours_(behaviours) {}

  // The nearest first, so that paths are short.
  std::vector<PlaceOfModel> run() {
    for (const edm::Resource& resource : model_.resources())
      ahead_.push_back({{"/" + resource.name, {}},
                        resource.type,
                        &resource.capabilities,
                        resource.kind == edm::ResourceKind::entity_set});
    for (; !ahead_.empty(); ahead_.pop_front()) enter(ahead_.front());
    return std::move(places_);
  }

 private:
  struct Way {
    std::string path;
    std::vector<std::string> keys;
  };
  struct Step {
    Way way;
    const edm::StructuredType* type;
    const edm::Capabilities* capabilities;
    bool collection;
  };

  void enter(const Step& step) {
    Way way = step.way;
    const edm::StructuredType& type = *step.type;
    const edm::Capabilities& capabilities = *step.capabilities;
    if (step.collection) {
      add_stored(PlaceKind::collection, way, type, capabilities);
      add_operations(way, type, capabilities, true);
      way.keys.push_back(key_name(type, way.keys));
      way.path += "/{" + way.keys.back() + "}";
    }
    add_stored(PlaceKind::entity, way, type, capabilities);
    add_operations(way, type, capabilities, false);
    for (const edm::Property& property : type.properties) add_property(way, type, capabilities, property);
    for (const edm::StructuredType* t = &type; t; t = t->base)
      for (const edm::NavigationProperty& navigation : t->navigation)
        if (seen_.insert(&navigation).second)
          ahead_.push_back({{way.path + "/" + navigation.name, way.keys},
                            navigation.target,
                            &navigation.capabilities,
                            navigation.collection});
  }

  // "alert-id"; the same type again on the way: "tag-id2".
  static std::string key_name(const edm::StructuredType& type, const std::vector<std::string>& taken) {
    const std::string name = type.name.substr(type.name.rfind('.') + 1) + "-id";
    std::string free = name;
    for (int i = 2; std::find(taken.begin(), taken.end(), free) != taken.end(); ++i) free = name + std::to_string(i);
    return free;
  }

  static bool is_done(const edm::Capabilities& capabilities, std::string_view method) {
    const auto& later = capabilities.not_yet;
    return !capabilities.collection.empty() && std::find(later.begin(), later.end(), method) == later.end();
  }

  void add(PlaceOfModel place) {
    if (!place.methods.empty()) places_.push_back(std::move(place));
  }

  void add_stored(PlaceKind kind, const Way& way, const edm::StructuredType& type,
                  const edm::Capabilities& capabilities) {
    PlaceOfModel place{kind, way.path, way.keys, &type, &capabilities, nullptr, nullptr, {}};
    const auto method = [&](const char* name, const std::optional<edm::Permissions>& permissions) {
      if (permissions) place.methods.push_back({name, &*permissions, is_done(capabilities, name)});
    };
    method("GET", capabilities.read);
    if (kind == PlaceKind::collection) {
      method("POST", capabilities.insert);
    } else {
      method("PATCH", capabilities.update);
      method("DELETE", capabilities.remove);
      if (capabilities.deposit) place.methods.push_back({"POST", &capabilities.deposit->permissions, true});
    }
    add(std::move(place));
  }

  bool has_behaviour(const edm::Operation& operation, const edm::StructuredType& type, bool collection) const {
    if (is_delta(operation)) return true;
    for (const OperationBehaviour& behaviour : behaviours_.operations)
      if (behaviour.name == operation.full_name) return true;
    return !collection && find_change(behaviours_, type, operation.name);
  }

  void add_operations(const Way& way, const edm::StructuredType& type, const edm::Capabilities& capabilities,
                      bool collection) {
    for (const auto& operation : model_.operations()) {
      if (model_.find_operation(operation->full_name, type, collection) != operation.get()) continue;
      PlaceOfModel place{PlaceKind::operation,
                         way.path + "/" + operation->name,
                         way.keys,
                         &type,
                         &capabilities,
                         operation.get(),
                         nullptr,
                         {}};
      if (operation->is_function) {
        std::string arguments;
        for (const edm::Parameter& parameter : operation->parameters)
          arguments += (arguments.empty() ? "" : ",") + parameter.name + "={" + parameter.name + "}";
        place.path += "(" + arguments + ")";
      }
      place.methods.push_back({operation->is_function ? "GET" : "POST", &operation->permissions,
                               has_behaviour(*operation, type, collection)});
      add(std::move(place));
    }
  }

  // Those that differ from the entity: which take items, or which others may read.
  void add_property(const Way& way, const edm::StructuredType& type, const edm::Capabilities& capabilities,
                    const edm::Property& property) {
    PlaceOfModel place{
        PlaceKind::property, way.path + "/" + property.name, way.keys, &type, &capabilities, nullptr, &property, {}};
    if (property.read) place.methods.push_back({"GET", &*property.read, is_done(capabilities, "GET")});
    if (property.type.collection && capabilities.update && find_change(behaviours_, type, property.name))
      place.methods.push_back({"POST", &*capabilities.update, true});
    add(std::move(place));
  }

  const edm::Model& model_;
  const Behaviours& behaviours_;
  std::deque<Step> ahead_;
  std::set<const edm::NavigationProperty*> seen_;
  std::vector<PlaceOfModel> places_;
};

}  // namespace

std::vector<PlaceOfModel> places_of(const edm::Model& model, const Behaviours& behaviours) {
  return PlaceFinder(model, behaviours).run();
}

}  // namespace vedette::odata
