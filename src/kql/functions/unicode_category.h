// Unicode's general categories. Source: Unicode 15, 4.5; loose matching: UAX #44, 5.9.3.
#pragma once

#include <string_view>

namespace vedette::kql {

// "L" of "Letter", "Lu" of "uppercase_letter"; "" when there is none of that long name.
std::string_view short_category(std::string_view name);

}  // namespace vedette::kql
