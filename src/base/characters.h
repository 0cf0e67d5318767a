// Characters of written forms, and the texts they are read from, left to right.
#pragma once

#include <string_view>

namespace vedette::base {

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Whether `c` is next; then the text goes on behind it.
inline bool skip(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace vedette::base
