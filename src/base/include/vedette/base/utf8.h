// UTF-8: validation and the few operations on code points that the rest of the project needs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace vedette::base {

// The next code point of `text` from byte `at` on, moving `at` past it; U+FFFD and one byte for an ill-formed sequence.
char32_t next_code_point(std::string_view text, size_t& at);
void append_utf8(std::string& out, char32_t code_point);
bool is_valid_utf8(std::string_view text);
size_t count_code_points(std::string_view text);
// Where code point number `index` begins; the size of the text beyond its end.
size_t byte_of_code_point(std::string_view text, int64_t index);
bool is_ascii(std::string_view text);

}  // namespace vedette::base
