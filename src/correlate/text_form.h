// The one form of a text that is compared: trimmed, lower case (ASCII).
#pragma once

#include <string>
#include <string_view>

#include "vedette/base/ascii_case.h"

namespace vedette::correlate {

inline std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

inline std::string comparable(std::string_view text) { return base::ascii_lower(trimmed(text)); }

}  // namespace vedette::correlate
