// Writing JSON text piece by piece, for writers that know their shape.
#pragma once

#include <string>
#include <string_view>

namespace vedette::json {

// `text` as a JSON string with its quotes. Ill-formed UTF-8 is replaced by U+FFFD.
void append_string(std::string& out, std::string_view text);

// The shortest form that reads back equal, always with a point or an exponent; non-finite values as "NaN", "Infinity",
// "-Infinity" in quotes.
void append_double(std::string& out, double value);

}  // namespace vedette::json
