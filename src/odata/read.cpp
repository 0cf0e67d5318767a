#include "read.h"

#include "entities.h"
#include "shown_entities.h"

namespace vedette::odata {
namespace {

using base::ErrorCode;
using base::Result;

base::Status authorise_expansions(const Call& call, const BoundQuery& query) {
  for (const Expansion& expansion : query.expansions) {
    if (expansion.navigation->capabilities.read) TRY(authorise(call.caller, *expansion.navigation->capabilities.read));
    TRY(authorise_expansions(call, *expansion.query));
  }
  return {};
}

// What stands at the path below the entity, or null.
const json::Value* addressed_value(const json::Object& document, const Route& route) {
  const json::Value* value = document.if_contains(route.properties[0]->name);
  for (size_t i = 1; i < route.properties.size(); ++i)
    value = value ? json::find(*value, route.properties[i]->name) : nullptr;
  return value;
}

constexpr int partial_content = 206;

std::vector<std::string> gather(const Call& call) {
  const ViewBehaviour* view = find_view(call.behaviours, *call.route.type);
  if (!view || !view->gather) return {};
  Context context = call.behaviour_context("");
  return view->gather(context);
}

http::Response count_response(int64_t count) {
  http::Response response;
  response.headers.set("Content-Type", "text/plain; charset=utf-8");
  response.body = std::to_string(count);
  return response;
}

// Every entity is shaped anew: parts of it are asked for, or more than it.
base::Status append_page(std::string& body, const Call& call, const BoundQuery& query, const store::QueryPage& page) {
  for (const store::Entity& entity : page.entities) {
    body += body.ends_with('[') ? "{" : ",{";
    TRY(append_entity(body, call, TRY(shown_document(call, entity)), query, entity.id));
  }
  body += "]}";
  return {};
}

// The page from texts that stay where they are.
Result<std::shared_ptr<const http::SharedBody>> whole_page(std::string head, const store::QueryPage& page,
                                                           ShownPage& shown) {
  auto body = std::make_shared<http::SharedBody>();
  body->reserve(page.entities.size() + 2);
  body->add(std::move(head));
  for (const store::Entity& entity : page.entities) {
    ShownText text = TRY(shown.text_of(entity));
    const std::string_view item = body->pieces().size() == 1 ? first_item(*text) : std::string_view(*text);
    body->add(std::move(text), item);
  }
  body->add("]}");
  return body;
}

constexpr size_t joined_bytes_max = 16 * 1024;  // a body that is sent in one piece anyway

}  // namespace

Result<http::Response> read_collection(const Call& call) {
  if (call.options.find("deltatoken"))
    return bad_option("deltatoken", "The $deltatoken applies to the collection's delta().");
  BoundQuery query = TRY(bind_collection(call.options, source_of(call.route), call.now));
  TRY(authorise_expansions(call, query));
  TRY(require_parents(call));
  TRY(restrict_to_route(query.store, call));
  const bool smaller = call.preferences.page_max > 0 && call.preferences.page_max < query.store.top;
  if (smaller) query.store.top = call.preferences.page_max;
  const auto warnings = query.store.after.empty() ? gather(call) : std::vector<std::string>();
  ShownPage shown(call, query, *call.route.type, find_view(call.behaviours, *call.route.type));
  query.store.is_held = shown.is_held();
  const store::QueryPage page = TRY(call.store.query(call.caller.tenant_id, query.store));
  if (call.pace == Pace::at_once && !shown.holds(page.entities.size()))
    return base::fail(ErrorCode::cancelled, "Entities of the page have to be read.");
  std::string body = "{" + call.context_member(collection_fragment(call.route.path, query));
  if (page.count) body += "\"@odata.count\":" + std::to_string(*page.count) + ",";
  if (!page.next.empty() && query.store.top > 0) {
    body += "\"@odata.nextLink\":";
    json::append_string(body,
                        next_link(call, call.route.link_path, call.options, skip_token(page.next, query.store.now)));
    body += ',';
  }
  body += "\"value\":[";
  http::Response response = json_response(call, {});
  if (shown.is_whole()) {
    response.shared_body = TRY(whole_page(std::move(body), page, shown));
    if (response.shared_body->size() <= joined_bytes_max) response.own_body();
  } else {
    TRY(append_page(body, call, query, page));
    response.body = std::move(body);
  }
  if (smaller)
    response.headers.set("Preference-Applied", "odata.maxpagesize=" + std::to_string(call.preferences.page_max));
  for (const std::string& warning : warnings) response.headers.add("Warning", warning);
  if (!warnings.empty()) response.status = partial_content;
  return response;
}

Result<http::Response> read_count(const Call& call) {
  if (call.route.kind == RouteKind::property) {
    TRY(refuse_others(call.options, {"format"}));
    const json::Object document = TRY(shown_document(call, TRY(get_entity(call))));
    const json::Value* value = addressed_value(document, call.route);
    const json::Array* items = value ? value->if_array() : nullptr;
    return count_response(items ? static_cast<int64_t>(items->size()) : 0);
  }
  BoundQuery query = TRY(bind_count(call.options, source_of(call.route), call.now));
  TRY(require_parents(call));
  TRY(restrict_to_route(query.store, call));
  const store::QueryPage page = TRY(call.store.query(call.caller.tenant_id, query.store));
  return count_response(page.count.value_or(0));
}

Result<http::Response> read_entity(const Call& call) {
  const BoundQuery query = TRY(bind_entity(call.options, source_of(call.route), call.now));
  TRY(authorise_expansions(call, query));
  ShownPage shown(call, query, *call.route.type, find_view(call.behaviours, *call.route.type));
  const store::Entity entity = TRY(get_entity(call, shown.is_held()));
  if (shown.is_whole()) return entity_response(call, entity, query, shown);
  return entity_response(call, TRY(shown_document(call, entity)), entity.version, query);
}

Result<http::Response> read_property(const Call& call) {
  TRY(refuse_others(call.options, {"format"}));
  const json::Object document = TRY(shown_document(call, TRY(get_entity(call))));
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
