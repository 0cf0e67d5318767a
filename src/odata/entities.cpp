#include "entities.h"

#include "new_entity.h"
#include "shown_entities.h"

namespace vedette::odata {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;

constexpr std::string_view whole_entity = "/$entity";
constexpr int64_t expansion_bytes_max = 1 << 20;  // of one entity; a page has many
constexpr size_t expanded_bytes_max = 64 << 20;   // of an answer with all that is expanded in it

std::string key_path(const Call& call, const std::string& id) {
  std::string path = call.route.link_path;
  if (call.route.kind == RouteKind::collection) path += "/" + percent_encode(id);
  return path;
}

void append_name(std::string& out, const std::string& text) {
  if (!out.ends_with('{') && !out.ends_with(',')) out += ',';
  json::append_string(out, text);
  out += ':';
}

// An entity that is expanded, and where its own expansions go on.
struct Expanded {
  const json::Object& document;
  const edm::StructuredType& type;
  const BoundQuery& query;
  std::string id, link_path;
};

base::Status append_expansions(std::string& out, const Call& call, const Expanded& entity);

base::Status append_object(std::string& out, const Call& call, const Expanded& entity) {
  out += '{';
  shaper_of(call).append_members(out, entity.document, entity.type, entity.query.selection);
  TRY(append_expansions(out, call, entity));
  out += '}';
  return {};
}

// What the document of the entity holds itself.
base::Status append_embedded(std::string& out, const Call& call, const Expansion& expansion, const json::Value* value) {
  edm::TypeRef type;
  type.structured = expansion.navigation->target;
  type.collection = expansion.navigation->collection;
  append_name(out, expansion.navigation->name);
  shaper_of(call).append_value(out, value, type, expansion.query->selection);
  return {};
}

base::Status append_single(std::string& out, const Call& call, const Expansion& expansion, const Expanded& owner) {
  const edm::NavigationProperty& navigation = *expansion.navigation;
  const auto found = TRY(call.store.get(call.caller.tenant_id, navigation.capabilities.collection, owner.id));
  append_name(out, navigation.name);
  if (!found) return out += "null", base::Status();
  const json::Object document = TRY(parse_document(*found));
  return append_object(out, call,
                       {document, *navigation.target, *expansion.query, owner.id,
                        owner.link_path + "/" + percent_encode(navigation.name)});
}

base::Status append_expansion(std::string& out, const Call& call, const Expansion& expansion, const Expanded& owner) {
  const edm::NavigationProperty& navigation = *expansion.navigation;
  const std::string& name = navigation.name;
  if (out.size() > expanded_bytes_max)
    return fail(ErrorCode::limit_exceeded,
                "With what is expanded, the answer has more than " + std::to_string(expanded_bytes_max) + " bytes.")
        .with_target("$expand");
  if (navigation.capabilities.collection.empty())
    return append_embedded(out, call, expansion, owner.document.if_contains(name));
  if (!navigation.collection) return append_single(out, call, expansion, owner);
  const std::string& foreign_key = navigation.capabilities.foreign_key;
  store::Query query = expansion.query->store;
  query.filter = with_key(query.filter, foreign_key.empty() ? parent_member : foreign_key, owner.id);
  query.stop = call.request.stop;
  query.bytes_max = expansion_bytes_max;
  ShownPage shown(call, *expansion.query, *navigation.target, nullptr);
  query.is_held = shown.is_held();
  const store::QueryPage page = TRY(call.store.query(call.caller.tenant_id, query));
  if (page.count) append_name(out, name + "@odata.count"), out += std::to_string(*page.count);
  append_name(out, name);
  out += '[';
  const std::string link_path = owner.link_path + "/" + percent_encode(name);
  for (const store::Entity& entity : page.entities) {
    if (shown.is_whole()) {
      const ShownText text = TRY(shown.text_of(entity));
      out += out.ends_with('[') ? first_item(*text) : std::string_view(*text);
      continue;
    }
    if (!out.ends_with('[')) out += ',';
    const json::Object document = TRY(parse_document(entity));
    TRY(append_object(
        out, call,
        {document, *navigation.target, *expansion.query, entity.id, link_path + "/" + percent_encode(entity.id)}));
  }
  out += ']';
  const bool enough = expansion.limited && static_cast<int64_t>(page.entities.size()) == query.top;
  if (page.next.empty() || enough) return {};
  append_name(out, name + "@odata.nextLink");
  json::append_string(out, next_link(call, link_path, expansion.options, skip_token(page.next, query.now)));
  return {};
}

base::Status append_expansions(std::string& out, const Call& call, const Expanded& entity) {
  for (const Expansion& expansion : entity.query.expansions) TRY(append_expansion(out, call, expansion, entity));
  return {};
}

// Below the parent, and the caller's own (or everybody's) where applications see only that.
base::Status require_reachable(const Call& call, const store::Entity& entity, const edm::Capabilities& capabilities,
                               const Parent* parent) {
  const json::Object document = TRY(parse_document(entity));
  bool below = !parent;
  if (parent)
    for (const std::string_view path : split_list(parent->link, ' ')) below |= text_at(document, path) == parent->id;
  if (!below) return no_such_entity(entity.id);
  const std::string_view owner = text_of(document, owner_member);
  const bool shared = owner == every_application && call.request.method == "GET";
  if (capabilities.owned && owner != call.caller.owner() && !shared) return no_such_entity(entity.id);
  return {};
}

// The one entity whose foreign key is the parent's.
Result<store::Entity> get_linked(const Call& call) {
  store::Query query;
  query.collection = call.route.capabilities->collection;
  query.top = 1;
  query.now = call.now;
  TRY(restrict_to_route(query, call));
  store::QueryPage page = TRY(call.store.query(call.caller.tenant_id, query));
  if (page.entities.empty()) return no_such_entity(call.route.id + "/" + call.route.name);
  return std::move(page.entities.front());
}

}  // namespace

Source source_of(const Route& route) { return {*route.model, *route.type, *route.capabilities}; }

Shaper shaper_of(const Call& call) {
  return Shaper(*call.route.model,
                {call.preferences.annotations, call.preferences.unknown_members, call.preferences.change_times});
}

std::string entity_tag(int64_t version) { return "W/\"" + std::to_string(version) + "\""; }

base::Error no_such_entity(const std::string& id) {
  return fail(ErrorCode::not_found, "The resource '" + id + "' does not exist.");
}

base::Error unreadable(const store::Entity& entity) {
  return fail(ErrorCode::corrupt_data, "A stored document cannot be read.").with_cause("entity " + entity.id);
}

base::Status require_parents(const Call& call) {
  const std::vector<Parent>& parents = call.route.parents;
  for (size_t i = 0; i < parents.size(); ++i) {
    const edm::Capabilities& capabilities = *parents[i].capabilities;
    if (capabilities.collection.empty()) continue;
    const auto found = TRY(call.store.get(call.caller.tenant_id, capabilities.collection, parents[i].id));
    if (!found) return no_such_entity(parents[i].id);
    if (i > 0 || capabilities.owned)
      TRY(require_reachable(call, *found, capabilities, i > 0 ? &parents[i - 1] : nullptr));
  }
  return {};
}

base::Status find_linked_parents(Route& route, const std::string& tenant_id, const store::EntityStore& store) {
  for (size_t i = 1; i < route.parents.size(); ++i) {
    Parent& parent = route.parents[i];
    if (!parent.linked) continue;
    const Parent& before = route.parents[i - 1];
    store::Query query;
    query.collection = parent.capabilities->collection;
    query.filter = with_key(nullptr, before.link, before.id);
    query.top = 1;
    const store::QueryPage page = TRY(store.query(tenant_id, query));
    if (page.entities.empty()) return no_such_entity(before.id);
    parent.id = page.entities.front().id;
    if (route.single && i + 1 == route.parents.size()) route.id = parent.id;
  }
  return {};
}

base::Status restrict_to_route(store::Query& query, const Call& call) {
  if (const ViewBehaviour* view = find_view(call.behaviours, *call.route.type)) {
    if (query.filter) query.filter = std::make_shared<const store::Expression>(TRY(view->filter(*query.filter)));
    for (store::OrderBy& order : query.order) order = TRY(view->order(std::move(order)));
  }
  if (const Parent* parent = link_of(call.route)) query.filter = with_key(query.filter, parent->link, parent->id);
  if (call.route.capabilities->owned) query.filter = with_owner(query.filter, call.caller.owner());
  query.stop = call.stop();
  return {};
}

Result<store::Entity> get_entity(const Call& call, const store::IsHeld& is_held) {
  TRY(require_parents(call));
  const edm::Capabilities& capabilities = *call.route.capabilities;
  if (call.route.linked) return get_linked(call);
  const Parent* parent = call.route.single ? nullptr : link_of(call.route);
  const bool is_looked_at = parent || capabilities.owned;
  auto found = TRY(call.store.get(call.caller.tenant_id, capabilities.collection, call.route.id,
                                  is_looked_at ? store::IsHeld() : is_held));
  // What can be changed and is one of its parent's exists from the start.
  if (!found && call.route.single && capabilities.update)
    return store::Entity{call.route.id, 0, 0, json::to_text(initial_document(call))};
  if (!found) return no_such_entity(call.route.id);
  if (is_looked_at) TRY(require_reachable(call, *found, capabilities, parent));
  return std::move(*found);
}

Result<json::Object> parse_document(const store::Entity& entity) {
  auto document = json::parse(entity.json);
  if (!document || !document->is_object()) return unreadable(entity);
  return std::move(document->get_object());
}

Result<json::Object> shown_document(const Call& call, const store::Entity& entity) {
  json::Object document = TRY(parse_document(entity));
  const ViewBehaviour* view = find_view(call.behaviours, *call.route.type);
  return view ? view->show(document) : std::move(document);
}

std::string_view text_of(const json::Object& document, std::string_view name) {
  const json::Value* value = document.if_contains(name);
  return value && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

std::string_view text_at(const json::Object& document, std::string_view path) {
  const size_t slash = path.find('/');
  if (slash == path.npos) return text_of(document, path);
  const json::Value* inner = document.if_contains(path.substr(0, slash));
  return inner && inner->is_object() ? text_at(inner->get_object(), path.substr(slash + 1)) : std::string_view();
}

base::Status append_entity(std::string& out, const Call& call, const json::Object& document, const BoundQuery& query,
                           const std::string& id) {
  shaper_of(call).append_members(out, document, *call.route.type, query.selection);
  TRY(append_expansions(out, call, {document, *call.route.type, query, id, key_path(call, id)}));
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

namespace {

std::string begin_entity(const Call& call, const BoundQuery& query) {
  std::string_view path = call.route.path;
  if (call.route.kind == RouteKind::entity && !call.route.single) path = path.substr(0, path.rfind("('"));
  return "{" + call.context_member(collection_fragment(path, query) + std::string(whole_entity));
}

http::Response tagged_response(const Call& call, std::string body, int64_t version) {
  http::Response response = json_response(call, std::move(body));
  response.headers.set("ETag", entity_tag(version));
  return response;
}

}  // namespace

Result<http::Response> entity_response(const Call& call, const json::Object& document, int64_t version,
                                       const BoundQuery& query) {
  const std::string id(text_of(document, call.route.type->key));
  std::string body = begin_entity(call, query);
  TRY(append_entity(body, call, document, query, id));
  return tagged_response(call, std::move(body), version);
}

Result<http::Response> entity_response(const Call& call, const store::Entity& entity, const BoundQuery& query,
                                       ShownPage& shown) {
  std::string body = begin_entity(call, query);
  body += members_and_end(*TRY(shown.text_of(entity)));
  return tagged_response(call, std::move(body), entity.version);
}

}  // namespace vedette::odata
