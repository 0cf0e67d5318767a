// Where a tenant's data stands in a data folder: DIR/tenants/<tenantId>/…
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "vedette/base/result.h"

namespace vedette::server {

inline constexpr size_t tenant_id_bytes_max = 64;
inline constexpr std::string_view default_tenant = "default";

// Letters, digits, '-', '_' and '.', beginning with a letter or digit: nothing that could be another path.
bool is_tenant_id(std::string_view id);

// `tenant`, or the folder's only one when it is ""; "" when there is none yet. bad_request when `tenant` is no id, and
// when none is named and there are several.
base::Result<std::string> choose_tenant(const std::string& data, const std::string& tenant);

std::string tenant_folder(const std::string& data, std::string_view tenant);
std::string events_folder(const std::string& data, std::string_view tenant);

}  // namespace vedette::server
