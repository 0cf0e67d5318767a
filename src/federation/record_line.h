// A record that was sent by itself, as one line among others: what is inside it ends no line.
#pragma once

#include <string>

namespace vedette::federation {

inline std::string record_line(std::string text) {
  for (char& c : text)
    if (c == '\n' || c == '\r') c = ' ';
  return text;
}

}  // namespace vedette::federation
