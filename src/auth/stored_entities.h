// What tenants, applications and users have in common as stored documents.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/base/time.h"
#include "vedette/json/value.h"
#include "vedette/store/entity_store.h"

namespace vedette::auth {

inline constexpr std::string_view tenants_collection = "tenants";
inline constexpr std::string_view applications_collection = "applications";
inline constexpr std::string_view users_collection = "users";

// The canonical text of an id, "" for what is none: keys are compared as text.
std::string canonical_id(std::string_view text);

// `what` names the thing in the error: "a tenant".
base::Status check_name(std::string_view name, std::string_view what);

// Errors: `corrupt_data`.
base::Result<json::Value> parse_stored(const store::Entity& entity);

// Every entity of a collection, in the order of their ids.
base::Result<std::vector<store::Entity>> all_of(const store::EntityStore& store, std::string_view partition,
                                                std::string_view collection, base::DateTime now);

json::Array as_json(const std::vector<std::string>& texts);
// The texts of the array `name`; none when it is absent.
std::vector<std::string> find_texts(const json::Value& document, std::string_view name);

}  // namespace vedette::auth
