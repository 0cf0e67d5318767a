#include "known_roles.h"

#include <algorithm>
#include <set>

#include "entities.h"
#include "vedette/base/nearest_name.h"

namespace vedette::server {
namespace {

enum class Kind : uint8_t { application, delegated };

class Collector {
 public:
  explicit Collector(Kind kind) : kind_(kind) {}

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
    const auto& names = kind_ == Kind::application ? permissions.application : permissions.delegated;
    roles_.insert(names.begin(), names.end());
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

  const Kind kind_;
  std::set<std::string> roles_;
  std::set<const edm::StructuredType*> seen_;
};

base::Result<std::vector<std::string>> known_permissions(Kind kind) {
  Collector collector(kind);
  for (const edm::Model* model : TRY(models())) collector.add(*model);
  return collector.take();
}

base::Status check(const std::vector<std::string>& names, const std::vector<std::string>& known,
                   const std::string& what, const std::string& command) {
  for (const auto& name : names)
    if (!std::binary_search(known.begin(), known.end(), name))
      return base::fail(base::ErrorCode::bad_request, "There is no " + what + " '" + name + "'." +
                                                          base::suggestion(name, {known.begin(), known.end()}) +
                                                          " `vedette app " + command + "` lists them.");
  return {};
}

}  // namespace

base::Result<std::vector<std::string>> known_roles() { return known_permissions(Kind::application); }
base::Result<std::vector<std::string>> known_scopes() { return known_permissions(Kind::delegated); }

base::Status check_roles(const std::vector<std::string>& roles, const std::vector<std::string>& known) {
  return check(roles, known, "role", "roles");
}

base::Status check_scopes(const std::vector<std::string>& scopes, const std::vector<std::string>& known) {
  return check(scopes, known, "delegated permission", "scopes");
}

}  // namespace vedette::server
