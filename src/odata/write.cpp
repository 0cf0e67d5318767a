#include "write.h"

#include "conform.h"
#include "contained.h"
#include "entities.h"
#include "new_entity.h"
#include "read.h"
#include "vedette/base/nearest_name.h"

namespace vedette::odata {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;

Result<json::Object> read_body(const Call& call) {
  Body body = TRY(parse_body(call.request.body, call.request.headers.get("Content-Type"),
                             call.request.headers.get("Content-Encoding")));
  if (body.empty) return fail(ErrorCode::bad_request, "The request needs a body.");
  return std::move(body.object);
}

std::string_view without_weakness(std::string_view tag) {
  while (tag.starts_with(' ')) tag.remove_prefix(1);
  while (tag.ends_with(' ')) tag.remove_suffix(1);
  return tag.starts_with("W/") ? tag.substr(2) : tag;
}

base::Status require_match(const Call& call, int64_t version) {
  const std::string* wanted = call.request.headers.find("If-Match");
  if (!wanted) return {};
  const std::string current = entity_tag(version);
  for (const std::string_view tag : split_list(*wanted, ','))
    if (tag == "*" || without_weakness(tag) == without_weakness(current)) return {};
  return fail(ErrorCode::precondition_failed, "The resource has changed: its ETag is not the one of If-Match.");
}

struct Stored {
  json::Object document;
  int64_t version = 0;
};

// Reads, changes and commits; again when another writer came first.
template <class Compute>
Result<Stored> change_entity(const Call& call, Compute compute) {
  for (int attempt = 0; attempt < change_attempts_max; ++attempt) {
    const store::Entity entity = TRY(get_entity(call));
    TRY(require_match(call, entity.version));
    Changed changed = TRY(compute(TRY(parse_document(entity))));
    store::Commit commit{actor_of(call.caller), std::move(changed.also), std::move(changed.states)};
    std::string text = json::to_text(changed.document);
    if (text == entity.json && commit.entities.empty() && commit.states.empty())
      return Stored{std::move(changed.document), entity.version};
    commit.entities.push_back({call.route.capabilities->collection, entity.id, std::move(text), entity.version});
    const auto committed = call.store.commit(call.caller.tenant_id, commit);
    if (committed) return Stored{std::move(changed.document), entity.version + 1};
    if (committed.error().code != ErrorCode::conflict) return committed.error();
  }
  return fail(ErrorCode::conflict, "The resource is being changed by others. Try again.");
}

// What another Vedette says beside the members.
json::Object annotations_of(const json::Object& body) {
  json::Object annotations;
  for (const char* name : {changes_annotation, tags_annotation, written_annotation})
    if (const json::Value* value = body.if_contains(name)) annotations[name] = *value;
  return annotations;
}

// The members that the client may change, in canonical form.
Result<json::Object> updatable_members(const Call& call, const json::Object& body) {
  json::Object members = TRY(conform_object(body, *call.route.type, "", *call.route.model));
  members.erase("@odata.type");
  const std::string& key = call.route.type->key;
  if (text_of(members, key) == call.route.id) members.erase(key);
  for (const auto& member : members) {
    const edm::Property* property = call.route.type->find_property(member.key());
    const std::string name{std::string_view(member.key())};
    if (call.route.type->find_navigation(name))
      return bad_value(name, "'" + name + "' is changed at a URL of its own.");
    if (!property || property->name == key || !edm::is_updatable(*property, *call.route.capabilities))
      return bad_value(name, "The property '" + name + "' is read-only.");
  }
  return members;
}

bool wants_nothing_back(const Call& call) {
  return call.preferences.return_minimal && !call.preferences.return_representation;
}

http::Response minimal_response() {
  http::Response response = no_content();
  response.headers.set("Preference-Applied", "return=minimal");
  return response;
}

// The answer to a PATCH: the entity, or nothing where that is how the resource answers (Vedette.V1.QuietUpdate).
Result<http::Response> updated_response(const Call& call, const json::Object& document, int64_t version) {
  const ViewBehaviour* view = find_view(call.behaviours, *call.route.type);
  const bool quiet = call.route.capabilities->quiet_update && !call.preferences.return_representation;
  if (!quiet && !wants_nothing_back(call)) {
    http::Response response = TRY(entity_response(call, view ? view->show(document) : document, version, BoundQuery()));
    if (call.preferences.return_representation) response.headers.set("Preference-Applied", "return=representation");
    return response;
  }
  http::Response response = quiet ? no_content() : minimal_response();
  response.headers.set("ETag", entity_tag(version));
  return response;
}

}  // namespace

store::Actor actor_of(const Caller& caller) {
  if (caller.is_user()) return {store::Actor::Kind::user, caller.user_id};
  return {store::Actor::Kind::application, caller.app_id};
}

void merge_patch(json::Object& document, const json::Object& patch) {
  for (const auto& member : patch) {
    json::Value& value = document[member.key()];
    const json::Object* inner = member.value().if_object();
    const bool same_type = inner && value.is_object() &&
                           json::find_string(value, "@odata.type") == json::find_string(member.value(), "@odata.type");
    if (same_type)
      merge_patch(value.get_object(), *inner);
    else
      value = member.value();
  }
}

Result<http::Response> update_entity(const Call& call) {
  const json::Object body = TRY(read_body(call));
  const json::Object members = TRY(updatable_members(call, body));
  const ChangeBehaviour* behaviour = find_change(call.behaviours, *call.route.type, "");
  Context context = call.behaviour_context("");
  context.annotations = annotations_of(body);
  const auto compute = [&](json::Object document) -> Result<Changed> {
    if (behaviour) return behaviour->change(document, members, context);
    merge_patch(document, members);
    stamp_update(call, document);
    return Changed{std::move(document), {}};
  };
  const Stored stored = TRY(change_entity(call, compute));
  return updated_response(call, stored.document, stored.version);
}

Result<http::Response> change_by_action(const Call& call, const json::Object& parameters) {
  const ChangeBehaviour& behaviour = *find_change(call.behaviours, *call.route.type, call.route.operation->name);
  Context context = call.behaviour_context("");
  TRY(change_entity(call,
                    [&](const json::Object& document) { return behaviour.change(document, parameters, context); }));
  http::Response response = no_content();
  response.status = call.route.operation->status;
  return response;
}

Result<http::Response> append_item(const Call& call) {
  const edm::Property& property = *call.route.properties[0];
  const edm::TypeRef item_type = property.type.item();
  if (!item_type.structured)
    return fail(ErrorCode::not_implemented, "Adding to '" + property.name + "' is not supported.");
  const json::Object body = TRY(read_body(call));
  const json::Object item = TRY(conform_object(body, *item_type.structured, "", *call.route.model));
  const ChangeBehaviour& behaviour = *find_change(call.behaviours, *call.route.type, property.name);
  Context context = call.behaviour_context("");
  context.annotations = annotations_of(body);
  const Stored stored =
      TRY(change_entity(call, [&](const json::Object& document) { return behaviour.change(document, item, context); }));
  if (wants_nothing_back(call)) return minimal_response();
  return value_response(call, stored.document.if_contains(property.name), property.type, call.route.path);
}

namespace {

Result<http::Response> created_response(const Call& call, const json::Object& document, const std::string& id) {
  http::Response response = minimal_response();
  if (!wants_nothing_back(call)) {
    response = TRY(entity_response(call, document, 1, BoundQuery()));
    response.status = 201;
  }
  response.headers.set("Location", call.root_url + "/" + call.route.link_path + "/" + percent_encode(id));
  return response;
}

// By the behaviour of the type, or as the model says.
Result<Changed> compute_insert(const Call& call, const json::Object& body) {
  const InsertBehaviour* behaviour = find_insert(call.behaviours, *call.route.type);
  Context context = call.behaviour_context("");
  Changed changed;
  if (behaviour && behaviour->from == InsertFrom::body) {
    changed = TRY(behaviour->insert(body, context));
  } else {
    changed.document = TRY(new_document(call, body));
    if (behaviour) changed = TRY(behaviour->insert(changed.document, context));
  }
  add_links(call, changed.document);
  return changed;
}

}  // namespace

Result<http::Response> insert_entity(const Call& call) {
  const json::Object body = TRY(conform_new(call, TRY(read_body(call))));
  TRY(require_parents(call));
  const std::string& collection = call.route.capabilities->collection;
  for (int attempt = 0; attempt < change_attempts_max; ++attempt) {
    Changed changed = TRY(compute_insert(call, body));
    const std::string id(text_of(changed.document, call.route.type->key));
    if (id.empty()) return fail(ErrorCode::internal, "").with_cause("an insert behaviour gave no key");
    store::Commit commit{actor_of(call.caller), std::move(changed.also), std::move(changed.states)};
    commit.entities.push_back({collection, id, json::to_text(changed.document), store::must_not_exist});
    const auto committed = call.store.commit(call.caller.tenant_id, commit);
    if (committed) return created_response(call, changed.document, id);
    if (committed.error().code != ErrorCode::conflict) return committed.error();
    if (TRY(call.store.get(call.caller.tenant_id, collection, id)).has_value())
      return fail(ErrorCode::conflict, "The resource '" + id + "' exists already.");
  }
  return fail(ErrorCode::conflict, "The resource is being changed by others. Try again.");
}

Result<http::Response> remove_entity(const Call& call) {
  for (int attempt = 0; attempt < change_attempts_max; ++attempt) {
    const store::Entity entity = TRY(get_entity(call));
    TRY(require_match(call, entity.version));
    store::Commit commit{actor_of(call.caller), {}, {}};
    commit.entities.push_back({call.route.capabilities->collection, entity.id, std::nullopt, entity.version});
    TRY(delete_contained(call, *call.route.type, entity.id, commit.entities));
    const auto committed = call.store.commit(call.caller.tenant_id, commit);
    if (committed) return no_content();
    if (committed.error().code != ErrorCode::conflict) return committed.error();
  }
  return fail(ErrorCode::conflict, "The resource is being changed by others. Try again.");
}

}  // namespace vedette::odata
