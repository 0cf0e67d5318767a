// The tenant under which the entity store keeps what belongs to none: the list of tenants and the signing keys. Tenant
// ids are GUIDs, so no tenant can have this one.
#pragma once

#include <string_view>

namespace vedette::auth {

inline constexpr std::string_view system_partition = "system";

}  // namespace vedette::auth
