// Stored entities as answers: one, a page of them, and those that belong to another.
#pragma once

#include <string>

#include "call.h"
#include "query.h"
#include "shape.h"

namespace vedette::odata {

Source source_of(const Route& route);
Shaper shaper_of(const Call& call);

// W/"3": the version of the entity.
std::string entity_tag(int64_t version);

// The addressed entity. not_found when there is none, none in this tenant, or none below the parent.
base::Result<store::Entity> get_entity(const Call& call);
// not_found when the parent of the addressed collection does not exist.
base::Status require_parent(const Call& call);
base::Error no_such_entity(const std::string& id);

base::Result<json::Object> parse_document(const store::Entity& entity);
// The text of a member, or "".
std::string_view text_of(const json::Object& document, std::string_view name);

// Appends `{…}` without "@odata.context", expanded collections included.
base::Status append_entity(std::string& out, const Call& call, const json::Object& document, const BoundQuery& query,
                           const std::string& id);

// A 200 with the entity, its context and its ETag header.
base::Result<http::Response> entity_response(const Call& call, const json::Object& document, int64_t version,
                                             const BoundQuery& query);

// "security/alerts_v2" for "security/alerts_v2('x')", with what is selected and expanded: "(id,title,alerts())".
std::string collection_fragment(std::string_view path, const BoundQuery& query);

}  // namespace vedette::odata
