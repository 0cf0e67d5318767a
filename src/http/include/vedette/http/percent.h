// Percent-encoding of parts of a URL, and of forms (RFC 3986, section 2.1; application/x-www-form-urlencoded).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "vedette/base/result.h"

namespace vedette::http {

// What '+' stands for: itself in a path, a blank in a query and in a form.
enum class Plus : uint8_t { literal, blank };

// bad_request for a broken escape, ill-formed UTF-8 and NUL.
base::Result<std::string> percent_decode(std::string_view text, Plus plus);
// Everything but RFC 3986's unreserved characters is escaped, '/' too.
std::string percent_encode(std::string_view text);

}  // namespace vedette::http
