// Case-insensitive text as KQL's operators compare it. Letters beyond ASCII compare as they are.
#pragma once

#include <string>
#include <string_view>

namespace vedette::kql {

inline char fold_ascii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

inline void fold_ascii(std::string& text, size_t from = 0) {
  for (size_t i = from; i < text.size(); ++i) text[i] = fold_ascii(text[i]);
}

inline bool equal_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i)
    if (fold_ascii(a[i]) != fold_ascii(b[i])) return false;
  return true;
}

}  // namespace vedette::kql
