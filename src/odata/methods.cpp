// What may be done at a place, by whom, and which behaviour does it.
#include "route.h"

namespace vedette::odata {
namespace {

using base::ErrorCode;
using base::fail;

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
  const edm::Permissions* read = pointer(capabilities.read);
  for (const edm::Property* property : route.properties)
    if (property->read) read = &*property->read;
  add("GET", read);
  add("HEAD", read);
  if (route.kind == RouteKind::collection && !route.count) add("POST", pointer(capabilities.insert));
  if (route.kind == RouteKind::entity || route.kind == RouteKind::singleton) {
    add("PATCH", pointer(capabilities.update));
    add("DELETE", pointer(capabilities.remove));
  }
  if (takes_items(route, behaviours)) add("POST", pointer(capabilities.update));
  if (route.kind == RouteKind::entity && capabilities.deposit) add("POST", &capabilities.deposit->permissions);
  return methods;
}

const ChangeBehaviour* find_change(const Behaviours& behaviours, const edm::StructuredType& type,
                                   std::string_view property) {
  return find_for_type(behaviours.changes, type, [&](const auto& b) { return b.property == property; });
}

const ViewBehaviour* find_view(const Behaviours& behaviours, const edm::StructuredType& type) {
  return find_for_type(behaviours.views, type, [](const ViewBehaviour&) { return true; });
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
