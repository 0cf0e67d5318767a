#include "vedette/odata/reference.h"

#include "query.h"
#include "route.h"
#include "shape.h"

namespace vedette::odata {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;

// What is only a part of something, or holds no entities, is not referred to.
Result<Route> resolve_readable(const edm::Model& model, std::string_view path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  const auto refused = [&](const std::string& why) {
    return fail(ErrorCode::bad_request, "The resource '" + std::string(path) + "' " + why);
  };
  auto route = resolve({&model}, "/" + model.root() + "/" + std::string(path));
  if (!route && route.error().code != ErrorCode::not_found) return route;
  if (!route) return refused("does not exist: " + route.error().message);
  const bool entities = (route->kind == RouteKind::collection || route->kind == RouteKind::entity) && !route->count;
  if (!entities || route->single) return refused("is neither a collection nor an entity of one.");
  if (!route->capabilities->read || route->capabilities->collection.empty() || route->capabilities->owned)
    return refused("cannot be referred to.");
  return route;
}

}  // namespace

Result<Reference> resolve_reference(const edm::Model& model, const Behaviours& behaviours, std::string_view text,
                                    base::DateTime now) {
  const size_t question = text.find('?');
  const Route route = TRY(resolve_readable(model, text.substr(0, question)));
  const QueryOptions options = TRY(parse_query(question == text.npos ? std::string_view() : text.substr(question + 1)));
  const bool one = route.kind == RouteKind::entity;
  TRY(one ? refuse_others(options, {"select"}) : refuse_others(options, {"filter", "select"}));
  const Source source{model, *route.type, *route.capabilities};
  const BoundQuery query = one ? TRY(bind_entity(options, source, now)) : TRY(bind_collection(options, source, now));
  Reference reference{&model,
                      route.type,
                      &*route.capabilities->read,
                      find_view(behaviours, *route.type),
                      one ? route.link_path.substr(0, route.link_path.rfind('/')) : route.link_path,
                      one ? route.id : std::string(),
                      route.capabilities->collection,
                      query.store.filter,
                      std::make_shared<const Selection>(query.selection)};
  if (reference.view && reference.filter)
    reference.filter = std::make_shared<const store::Expression>(TRY(reference.view->filter(*reference.filter)));
  if (const Parent* parent = link_of(route)) reference.filter = with_key(reference.filter, parent->link, parent->id);
  return reference;
}

std::string shown_entity(const Reference& reference, const json::Object& stored, UnknownMembers unknown_members) {
  const json::Object document = reference.view ? reference.view->show(stored) : stored;
  const Shaper shaper(*reference.model, {true, unknown_members == UnknownMembers::shown});
  std::string members = "{";
  shaper.append_members(members, document, *reference.type, *reference.selection);
  if (members.starts_with("{\"@odata.type\"")) return members + "}";
  std::string out = "{\"@odata.type\":";
  json::append_string(out, "#" + reference.type->name);
  if (members.size() > 1) out += "," + members.substr(1);
  return out + "}";
}

}  // namespace vedette::odata
