// Where an application may have its users sent back to (RFC 6749, section 3.1.2; RFC 8252).
#pragma once

#include <string>
#include <string_view>

#include "vedette/auth/directory.h"
#include "vedette/base/result.h"

namespace vedette::auth {

inline constexpr size_t redirect_uri_bytes_max = 2048;

// `https:` anywhere, `http:` to a loopback address or localhost, or a scheme of the application's own. No fragment, no
// user information, no wildcard: what is registered is what is compared. Errors: `bad_request`, naming the reason.
base::Status check_redirect_uri(std::string_view uri);

// Whether `uri` is one of the application's, character by character. The one exception is RFC 8252's (section 7.3): a
// public client that registered a loopback address without a port may use any, as a program cannot know what is free;
// its path may be "" or "/", which libraries write as they like.
bool is_registered_redirect_uri(const Application& application, std::string_view uri);

// For the policy of a page whose form is answered by going there: "https://app.example:8443", "app:", "http:" for
// http://[::1]:8000.
std::string content_source_of(std::string_view redirect_uri);

}  // namespace vedette::auth
