#pragma once

#include <string_view>
#include <vector>

namespace vedette::kql {

// Functions that the binder itself makes an expression of: column_ifexists(), pack_all(), …
std::vector<std::string_view> special_call_names();

}  // namespace vedette::kql
