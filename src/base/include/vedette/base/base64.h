// Base64 (RFC 4648): the standard alphabet with padding (section 4), and the one for URLs without (section 5), which is
// JOSE's (RFC 7515, section 2).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vedette::base {

std::string encode_base64(std::string_view bytes);
// nullopt unless the text is whole groups of four, padded, without blanks. Stray bits before the padding are let pass.
std::optional<std::string> decode_base64(std::string_view text);

std::string encode_base64url(std::string_view bytes);
// Strict: nullopt for padding, blanks, characters of other alphabets, an impossible length and stray bits in the last
// character, so that a text and its bytes determine each other.
std::optional<std::string> decode_base64url(std::string_view text);

}  // namespace vedette::base
