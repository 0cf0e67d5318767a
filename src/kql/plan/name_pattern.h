// Patterns of names: `*` stands for any run of characters. In time linear in the product of the lengths.
#pragma once

#include <string_view>

namespace vedette::kql {

bool matches_pattern(std::string_view pattern, std::string_view name);

}  // namespace vedette::kql
