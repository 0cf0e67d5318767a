// PATCH and DELETE of an entity, POST of an item to one of its collections, POST of a new entity.
#pragma once

#include "call.h"

namespace vedette::odata {

// How often a change is computed anew when another writer came first.
inline constexpr int change_attempts_max = 10;

base::Result<http::Response> update_entity(const Call& call);
// An action that changes the entity it is bound to.
base::Result<http::Response> change_by_action(const Call& call, const json::Object& parameters);
base::Result<http::Response> append_item(const Call& call);
base::Result<http::Response> insert_entity(const Call& call);
base::Result<http::Response> remove_entity(const Call& call);

}  // namespace vedette::odata
