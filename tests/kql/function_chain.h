// Queries of functions that call each other.
#pragma once

#include <string>

namespace vedette::kql::testing {

// "let f0 = first; let f1 = …; … let fN = …;": in `step` a '#' stands for the function before.
inline std::string chain(const std::string& first, const std::string& step, int count) {
  std::string out = "let f0 = " + first + ";\n";
  for (int i = 1; i <= count; ++i) {
    std::string body = step;
    for (size_t at = body.find('#'); at != std::string::npos; at = body.find('#'))
      body.replace(at, 1, "f" + std::to_string(i - 1));
    out += "let f" + std::to_string(i) + " = " + body + ";\n";
  }
  return out;
}

}  // namespace vedette::kql::testing
