// Stored entities as answers: one, a page of them, and those that belong to another.
#pragma once

#include <string>

#include "call.h"
#include "query.h"
#include "shape.h"

namespace vedette::odata {

class ShownPage;

Source source_of(const Route& route);
Shaper shaper_of(const Call& call);

// W/"3": the version of the entity.
std::string entity_tag(int64_t version);

// The addressed entity. not_found when there is none, none in this tenant, or none below the parent. A document that is
// held is left out where nothing in it decides that.
base::Result<store::Entity> get_entity(const Call& call, const store::IsHeld& is_held = {});
// not_found when an entity that the path leads through does not exist, or not below the one before it.
base::Status require_parents(const Call& call);
// Gives those on the way that are one by a foreign key their ids. not_found where there is none.
base::Status find_linked_parents(Route& route, const std::string& tenant_id, const store::EntityStore& store);
// Restricts a query to what is below the parent and what the caller may see of it, and brings one over a view to the
// form of what is stored.
base::Status restrict_to_route(store::Query& query, const Call& call);
base::Error no_such_entity(const std::string& id);
base::Error unreadable(const store::Entity& entity);

base::Result<json::Object> parse_document(const store::Entity& entity);
// The document as the addressed set shows it.
base::Result<json::Object> shown_document(const Call& call, const store::Entity& entity);
// The text of a member, or "".
std::string_view text_of(const json::Object& document, std::string_view name);
// The same at a path ("host/id").
std::string_view text_at(const json::Object& document, std::string_view path);

// Appends `{…}` without "@odata.context", expanded collections included.
base::Status append_entity(std::string& out, const Call& call, const json::Object& document, const BoundQuery& query,
                           const std::string& id);

// A 200 with the entity, its context and its ETag header.
base::Result<http::Response> entity_response(const Call& call, const json::Object& document, int64_t version,
                                             const BoundQuery& query);
// The same of a stored one that is shown whole.
base::Result<http::Response> entity_response(const Call& call, const store::Entity& entity, const BoundQuery& query,
                                             ShownPage& shown);

// "security/alerts_v2" for "security/alerts_v2('x')", with what is selected and expanded: "(id,title,alerts())".
std::string collection_fragment(std::string_view path, const BoundQuery& query);

}  // namespace vedette::odata
