// The values of literals: strings with their escapes, numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vedette::kql {

// What a string token says. nullopt when an escape is malformed.
std::optional<std::string> decode_string(std::string_view token);
std::optional<int64_t> decode_integer(std::string_view token);  // decimal or 0x…; nullopt beyond 64 bits
std::optional<double> decode_real(std::string_view token);      // also nan, inf, +inf, -inf

}  // namespace vedette::kql
