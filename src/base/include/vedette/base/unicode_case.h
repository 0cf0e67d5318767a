// Upper and lower case of single code points, by Unicode's simple mappings.
#pragma once

#include <optional>

namespace vedette::base {

// nullopt when the system has no tables for it.
std::optional<char32_t> upper_case(char32_t c);
std::optional<char32_t> lower_case(char32_t c);

}  // namespace vedette::base
