// Base64 with padding (RFC 4648, section 4).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vedette::kql {

void append_base64(std::string& out, std::string_view bytes);
// nullopt unless the text is whole groups of four, padded, without blanks.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace vedette::kql
