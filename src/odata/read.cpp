#include "read.h"

#include "entities.h"

namespace vedette::odata {
namespace {

using base::ErrorCode;
using base::Result;

base::Status authorise_expansions(const Call& call, const BoundQuery& query) {
  for (const Expansion& expansion : query.expansions)
    TRY(authorise(call.caller, *expansion.navigation->capabilities.read));
  return {};
}

void restrict_to_parent(store::Query& query, const Route& route) {
  if (route.parent) query.filter = with_key(query.filter, route.parent->foreign_key, route.parent->id);
}

// What stands at the path below the entity, or null.
const json::Value* addressed_value(const json::Object& document, const Route& route) {
  const json::Value* value = document.if_contains(route.properties[0]->name);
  for (size_t i = 1; i < route.properties.size(); ++i)
    value = value ? json::find(*value, route.properties[i]->name) : nullptr;
  return value;
}

http::Response count_response(int64_t count) {
  http::Response response;
  response.headers.set("Content-Type", "text/plain; charset=utf-8");
  response.body = std::to_string(count);
  return response;
}

}  // namespace

Result<http::Response> read_collection(const Call& call) {
  BoundQuery query = TRY(bind_collection(call.options, source_of(call.route), call.now));
  TRY(authorise_expansions(call, query));
  TRY(require_parent(call));
  restrict_to_parent(query.store, call.route);
  query.store.stop = call.request.stop;
  const store::QueryPage page = TRY(call.store.query(call.caller.tenant_id, query.store));
  std::string body = "{" + call.context_member(collection_fragment(call.route.path, query));
  if (page.count) body += "\"@odata.count\":" + std::to_string(*page.count) + ",";
  if (!page.next.empty() && query.store.top > 0) {
    body += "\"@odata.nextLink\":";
    json::append_string(body,
                        next_link(call, call.route.link_path, call.options, skip_token(page.next, query.store.now)));
    body += ',';
  }
  body += "\"value\":[";
  for (const store::Entity& entity : page.entities) {
    if (!body.ends_with('[')) body += ',';
    body += '{';
    TRY(append_entity(body, call, TRY(parse_document(entity)), query, entity.id));
  }
  return json_response(call, std::move(body) + "]}");
}

Result<http::Response> read_count(const Call& call) {
  if (call.route.kind == RouteKind::property) {
    TRY(refuse_others(call.options, {"format"}));
    const json::Object document = TRY(parse_document(TRY(get_entity(call))));
    const json::Value* value = addressed_value(document, call.route);
    const json::Array* items = value ? value->if_array() : nullptr;
    return count_response(items ? static_cast<int64_t>(items->size()) : 0);
  }
  BoundQuery query = TRY(bind_count(call.options, source_of(call.route), call.now));
  TRY(require_parent(call));
  restrict_to_parent(query.store, call.route);
  query.store.stop = call.request.stop;
  const store::QueryPage page = TRY(call.store.query(call.caller.tenant_id, query.store));
  return count_response(page.count.value_or(0));
}

Result<http::Response> read_entity(const Call& call) {
  const BoundQuery query = TRY(bind_entity(call.options, source_of(call.route), call.now));
  TRY(authorise_expansions(call, query));
  const store::Entity entity = TRY(get_entity(call));
  return entity_response(call, TRY(parse_document(entity)), entity.version, query);
}

Result<http::Response> read_property(const Call& call) {
  TRY(refuse_others(call.options, {"format"}));
  const json::Object document = TRY(parse_document(TRY(get_entity(call))));
  return value_response(call, addressed_value(document, call.route), call.route.property_type(), call.route.path);
}

http::Response value_response(const Call& call, const json::Value* value, const edm::TypeRef& type,
                              std::string_view fragment) {
  if ((!value || value->is_null()) && !type.collection) return no_content();
  std::string body = "{" + call.context_member(fragment);
  const Shaper shaper = shaper_of(call);
  if (type.structured && !type.collection && value->is_object()) {
    shaper.append_members(body, value->get_object(), *type.structured, Selection());
    if (body.ends_with(',')) body.pop_back();
  } else {
    body += "\"value\":";
    shaper.append_value(body, value, type, Selection());
  }
  return json_response(call, std::move(body) + "}");
}

}  // namespace vedette::odata
