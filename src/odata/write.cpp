#include "write.h"

#include "conform.h"
#include "entities.h"
#include "read.h"
#include "vedette/base/nearest_name.h"

namespace vedette::odata {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;

store::Actor actor_of(const Caller& caller) {
  if (caller.is_user()) return {store::Actor::Kind::user, caller.user_id};
  return {store::Actor::Kind::application, caller.app_id};
}

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
    store::Commit commit{actor_of(call.caller), std::move(changed.also), {}};
    commit.entities.push_back(
        {call.route.capabilities->collection, entity.id, json::to_text(changed.document), entity.version});
    const auto committed = call.store.commit(call.caller.tenant_id, commit);
    if (committed) return Stored{std::move(changed.document), entity.version + 1};
    if (committed.error().code != ErrorCode::conflict) return committed.error();
  }
  return fail(ErrorCode::conflict, "The resource is being changed by others. Try again.");
}

// The members that the client may change, in canonical form.
Result<json::Object> updatable_members(const Call& call, const json::Object& body) {
  json::Object members = TRY(conform_object(body, *call.route.type, "", *call.route.model));
  members.erase("@odata.type");
  const std::string& key = call.route.type->key;
  if (text_of(members, key) == call.route.id) members.erase(key);
  for (const auto& member : members)
    if (const std::string name{std::string_view(member.key())}; !call.route.capabilities->is_updatable(name))
      return bad_value(name, "The property '" + name + "' is read-only.");
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

}  // namespace

void merge_patch(json::Object& document, const json::Object& patch) {
  for (const auto& member : patch) {
    json::Value& value = document[member.key()];
    const json::Object* inner = member.value().if_object();
    if (inner && value.is_object())
      merge_patch(value.get_object(), *inner);
    else
      value = member.value();
  }
}

Result<http::Response> update_entity(const Call& call) {
  const json::Object members = TRY(updatable_members(call, TRY(read_body(call))));
  const ChangeBehaviour* behaviour = find_change(call.behaviours, *call.route.type, "");
  Context context = call.behaviour_context("");
  const auto compute = [&](json::Object document) -> Result<Changed> {
    if (behaviour) return behaviour->change(document, members, context);
    merge_patch(document, members);
    return Changed{std::move(document), {}};
  };
  const Stored stored = TRY(change_entity(call, compute));
  if (!wants_nothing_back(call)) return entity_response(call, stored.document, stored.version, BoundQuery());
  http::Response response = minimal_response();
  response.headers.set("ETag", entity_tag(stored.version));
  return response;
}

Result<http::Response> append_item(const Call& call) {
  const edm::Property& property = *call.route.properties[0];
  const edm::TypeRef item_type = property.type.item();
  if (!item_type.structured)
    return fail(ErrorCode::not_implemented, "Adding to '" + property.name + "' is not supported.");
  const json::Object item = TRY(conform_object(TRY(read_body(call)), *item_type.structured, "", *call.route.model));
  const ChangeBehaviour& behaviour = *find_change(call.behaviours, *call.route.type, property.name);
  Context context = call.behaviour_context("");
  const Stored stored =
      TRY(change_entity(call, [&](const json::Object& document) { return behaviour.change(document, item, context); }));
  if (wants_nothing_back(call)) return minimal_response();
  return value_response(call, stored.document.if_contains(property.name), property.type, call.route.path);
}

Result<http::Response> insert_entity(const Call& call) {
  const InsertBehaviour* behaviour = find_insert(call.behaviours, *call.route.type);
  if (!behaviour) return fail(ErrorCode::not_implemented, "Creating '" + call.route.path + "' is not supported.");
  const json::Object body = TRY(conform_object(TRY(read_body(call)), *call.route.type, "", *call.route.model));
  Context context = call.behaviour_context("");
  for (int attempt = 0; attempt < change_attempts_max; ++attempt) {
    Changed changed = TRY(behaviour->insert(body, context));
    const std::string id(text_of(changed.document, call.route.type->key));
    if (id.empty()) return fail(ErrorCode::internal, "").with_cause("an insert behaviour gave no key");
    store::Commit commit{actor_of(call.caller), std::move(changed.also), {}};
    commit.entities.push_back(
        {call.route.capabilities->collection, id, json::to_text(changed.document), store::must_not_exist});
    const auto committed = call.store.commit(call.caller.tenant_id, commit);
    if (!committed && committed.error().code == ErrorCode::conflict) {
      const bool taken =
          TRY(call.store.get(call.caller.tenant_id, call.route.capabilities->collection, id)).has_value();
      if (taken) return fail(ErrorCode::conflict, "The resource '" + id + "' exists already.");
      continue;
    }
    if (!committed) return committed.error();
    http::Response response = minimal_response();
    if (!wants_nothing_back(call)) {
      response = TRY(entity_response(call, changed.document, 1, BoundQuery()));
      response.status = 201;
    }
    response.headers.set("Location", call.root_url + "/" + call.route.link_path + "/" + percent_encode(id));
    return response;
  }
  return fail(ErrorCode::conflict, "The resource is being changed by others. Try again.");
}

Result<http::Response> remove_entity(const Call& call) {
  for (int attempt = 0; attempt < change_attempts_max; ++attempt) {
    const store::Entity entity = TRY(get_entity(call));
    TRY(require_match(call, entity.version));
    store::Commit commit{actor_of(call.caller), {}, {}};
    commit.entities.push_back({call.route.capabilities->collection, entity.id, std::nullopt, entity.version});
    const auto committed = call.store.commit(call.caller.tenant_id, commit);
    if (committed) return no_content();
    if (committed.error().code != ErrorCode::conflict) return committed.error();
  }
  return fail(ErrorCode::conflict, "The resource is being changed by others. Try again.");
}

}  // namespace vedette::odata
