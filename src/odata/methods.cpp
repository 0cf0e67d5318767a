// What may be done at a place, by whom, and which behaviour does it.
#include <algorithm>

#include "directory_roles.h"
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
  if (route.kind == RouteKind::service_document || route.kind == RouteKind::metadata ||
      route.kind == RouteKind::openapi)
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

namespace {

bool holds_any(const std::vector<std::string>& held, const std::vector<std::string>& needed) {
  return std::any_of(needed.begin(), needed.end(),
                     [&](const auto& name) { return std::find(held.begin(), held.end(), name) != held.end(); });
}

// "the permission 'A', or one of: 'B', 'C'"
std::string named(const std::string& what, const std::vector<std::string>& names) {
  std::string text = what + " '" + names.front() + "'";
  for (size_t i = 1; i < names.size(); ++i) text += (i == 1 ? ", or one of: '" : ", '") + names[i] + "'";
  return text;
}

}  // namespace

base::Status authorise(const Caller& caller, const edm::Permissions& permissions) {
  const bool user = caller.is_user();
  const auto& needed = user ? permissions.delegated : permissions.application;
  if (needed.empty())
    return fail(ErrorCode::forbidden, user ? "The request is not open to users, only to applications."
                                           : "The request is not open to applications, only to users.");
  std::string message;
  if (!holds_any(user ? caller.scopes : caller.roles, needed))
    message = "The token lacks " + named("the permission", needed) + (user ? " (delegated)." : " (application).");
  // The least privileged of the permissions says what the operation does.
  const auto roles = user ? directory_roles_for(needed.front()) : std::vector<std::string>();
  if (user && !holds_any(caller.directory_roles, roles))
    message += (message.empty() ? "The user lacks " : " The user lacks ") + named("the role", roles) + ".";
  if (message.empty()) return {};
  return fail(ErrorCode::forbidden, message);
}

bool only_reads(const edm::Permissions& permissions) {
  const auto& any = permissions.delegated.empty() ? permissions.application : permissions.delegated;
  return !any.empty() && is_reading(any.front());
}

}  // namespace vedette::odata
