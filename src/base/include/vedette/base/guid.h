// A 128-bit identifier in its canonical text form (RFC 9562).
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vedette::base {

struct Guid {
  std::array<uint8_t, 16> bytes{};  // in the order of the text
  auto operator<=>(const Guid&) const = default;
};

std::string to_string(const Guid& guid);                // lower case, with dashes
std::optional<Guid> parse_guid(std::string_view text);  // with or without dashes and braces, any case
Guid random_guid();                                     // version 4, from the system's random source

}  // namespace vedette::base
