#include "entities.h"

namespace vedette::odata {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;

constexpr std::string_view whole_entity = "/$entity";
constexpr int64_t expansion_bytes_max = 1 << 20;  // of one entity; a page has many

std::string key_path(const Call& call, const std::string& id) {
  std::string path = call.route.link_path;
  if (call.route.kind == RouteKind::collection) path += "/" + percent_encode(id);
  return path;
}

base::Status append_expansion(std::string& out, const Call& call, const Expansion& expansion, const std::string& id) {
  store::Query query = expansion.query->store;
  query.filter = with_key(query.filter, expansion.navigation->capabilities.foreign_key, id);
  query.stop = call.request.stop;
  query.bytes_max = expansion_bytes_max;
  const store::QueryPage page = TRY(call.store.query(call.caller.tenant_id, query));
  const std::string& name = expansion.navigation->name;
  const auto member = [&](const std::string& text) {
    if (!out.ends_with('{') && !out.ends_with(',')) out += ',';
    json::append_string(out, text);
    out += ':';
  };
  if (page.count) member(name + "@odata.count"), out += std::to_string(*page.count);
  member(name);
  out += '[';
  for (const store::Entity& entity : page.entities) {
    if (!out.ends_with('[')) out += ',';
    const json::Object document = TRY(parse_document(entity));
    out += '{';
    shaper_of(call).append_members(out, document, *expansion.navigation->target, expansion.query->selection);
    out += '}';
  }
  out += ']';
  const bool enough = expansion.limited && static_cast<int64_t>(page.entities.size()) == query.top;
  if (page.next.empty() || enough) return {};
  member(name + "@odata.nextLink");
  json::append_string(out, next_link(call, key_path(call, id) + "/" + percent_encode(name), expansion.options,
                                     skip_token(page.next, query.now)));
  return {};
}

}  // namespace

Source source_of(const Route& route) { return {*route.model, *route.type, *route.capabilities}; }

Shaper shaper_of(const Call& call) {
  return Shaper(*call.route.model, {call.preferences.annotations, call.preferences.unknown_members});
}

std::string entity_tag(int64_t version) { return "W/\"" + std::to_string(version) + "\""; }

base::Error no_such_entity(const std::string& id) {
  return fail(ErrorCode::not_found, "The resource '" + id + "' does not exist.");
}

base::Status require_parent(const Call& call) {
  if (!call.route.parent) return {};
  const auto found = TRY(call.store.get(call.caller.tenant_id, call.route.parent->collection, call.route.parent->id));
  if (!found) return no_such_entity(call.route.parent->id);
  return {};
}

Result<store::Entity> get_entity(const Call& call) {
  TRY(require_parent(call));
  auto found = TRY(call.store.get(call.caller.tenant_id, call.route.capabilities->collection, call.route.id));
  if (!found) return no_such_entity(call.route.id);
  if (call.route.parent) {
    const json::Object document = TRY(parse_document(*found));
    if (text_of(document, call.route.parent->foreign_key) != call.route.parent->id)
      return no_such_entity(call.route.id);
  }
  return std::move(*found);
}

Result<json::Object> parse_document(const store::Entity& entity) {
  auto document = json::parse(entity.json);
  if (!document || !document->is_object())
    return fail(ErrorCode::corrupt_data, "A stored document cannot be read.").with_cause("entity " + entity.id);
  return std::move(document->get_object());
}

std::string_view text_of(const json::Object& document, std::string_view name) {
  const json::Value* value = document.if_contains(name);
  return value && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

base::Status append_entity(std::string& out, const Call& call, const json::Object& document, const BoundQuery& query,
                           const std::string& id) {
  shaper_of(call).append_members(out, document, *call.route.type, query.selection);
  for (const Expansion& expansion : query.expansions) TRY(append_expansion(out, call, expansion, id));
  if (out.ends_with(',')) out.pop_back();  // the context alone
  out += '}';
  return {};
}

std::string collection_fragment(std::string_view path, const BoundQuery& query) {
  std::string inside = query.selection.text;
  for (const Expansion& expansion : query.expansions)
    inside += (inside.empty() ? "" : ",") + expansion.navigation->name + "(" + expansion.query->selection.text + ")";
  return std::string(path) + (inside.empty() ? "" : "(" + inside + ")");
}

Result<http::Response> entity_response(const Call& call, const json::Object& document, int64_t version,
                                       const BoundQuery& query) {
  std::string_view path = call.route.path;
  if (call.route.kind == RouteKind::entity) path = path.substr(0, path.rfind("('"));
  const std::string id =
      call.route.kind == RouteKind::entity ? call.route.id : std::string(text_of(document, call.route.type->key));
  std::string body = "{" + call.context_member(collection_fragment(path, query) + std::string(whole_entity));
  TRY(append_entity(body, call, document, query, id));
  http::Response response = json_response(call, std::move(body));
  response.headers.set("ETag", entity_tag(version));
  return response;
}

}  // namespace vedette::odata
