#include "known_roles.h"

#include <algorithm>
#include <set>

#include "entities.h"
#include "vedette/base/nearest_name.h"

namespace vedette::server {
namespace {

class Collector {
 public:
  void add(const edm::Model& model) {
    for (const auto& resource : model.resources()) {
      add(resource.capabilities);
      if (resource.type) add(*resource.type);
    }
    for (const auto& operation : model.operations()) add(operation->permissions);
  }

  std::vector<std::string> take() { return {roles_.begin(), roles_.end()}; }

 private:
  void add(const edm::Permissions& permissions) {
    roles_.insert(permissions.application.begin(), permissions.application.end());
  }

  void add(const edm::Capabilities& capabilities) {
    for (const auto* permissions :
         {&capabilities.read, &capabilities.insert, &capabilities.update, &capabilities.remove})
      if (*permissions) add(**permissions);
    if (capabilities.deposit) add(capabilities.deposit->permissions);
  }

  // What can be reached from a resource by navigation.
  void add(const edm::StructuredType& type) {
    if (!seen_.insert(&type).second) return;
    for (const auto& navigation : type.navigation) {
      add(navigation.capabilities);
      if (navigation.target) add(*navigation.target);
    }
    if (type.base) add(*type.base);
    for (const auto* derived : type.derived) add(*derived);
  }

  std::set<std::string> roles_;
  std::set<const edm::StructuredType*> seen_;
};

}  // namespace

base::Result<std::vector<std::string>> known_roles() {
  Collector collector;
  for (const edm::Model* model : TRY(models())) collector.add(*model);
  return collector.take();
}

base::Status check_roles(const std::vector<std::string>& roles, const std::vector<std::string>& known) {
  for (const auto& role : roles)
    if (!std::binary_search(known.begin(), known.end(), role))
      return base::fail(base::ErrorCode::bad_request, "There is no role '" + role + "'." +
                                                          base::suggestion(role, {known.begin(), known.end()}) +
                                                          " `vedette app roles` lists them.");
  return {};
}

}  // namespace vedette::server
