// Base64url without padding, the encoding of JOSE (RFC 7515, section 2).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vedette::auth {

std::string encode_base64url(std::string_view bytes);

// Strict: nullopt for padding, blanks, characters of other alphabets, an impossible length and stray bits in the last
// character, so that a text and its bytes determine each other.
std::optional<std::string> decode_base64url(std::string_view text);

}  // namespace vedette::auth
