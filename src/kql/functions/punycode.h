// Punycode (RFC 3492). nullopt for texts that are none.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vedette::kql {

std::optional<std::string> punycode_of(std::string_view text);
std::optional<std::string> text_of_punycode(std::string_view punycode);
// Label by label: "xn--" stands before those in Punycode, those of ASCII alone stay.
std::optional<std::string> punycode_of_domain(std::string_view domain);
std::optional<std::string> domain_of_punycode(std::string_view domain);

}  // namespace vedette::kql
