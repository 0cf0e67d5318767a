// The one form of a text that is compared: trimmed, lower case (ASCII).
#pragma once

#include <string>
#include <string_view>

namespace vedette::correlate {

inline char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

inline std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

inline std::string comparable(std::string_view text) {
  std::string result(trimmed(text));
  for (char& c : result) c = lower(c);
  return result;
}

}  // namespace vedette::correlate
