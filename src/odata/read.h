// GET: a collection, its count, an entity, a property of it.
#pragma once

#include "call.h"

namespace vedette::odata {

base::Result<http::Response> read_collection(const Call& call);
base::Result<http::Response> read_count(const Call& call);
base::Result<http::Response> read_entity(const Call& call);
base::Result<http::Response> read_property(const Call& call);

// {"@odata.context", "value": …}, and 204 for a null that is no collection.
http::Response value_response(const Call& call, const json::Value* value, const edm::TypeRef& type,
                              std::string_view fragment);

}  // namespace vedette::odata
