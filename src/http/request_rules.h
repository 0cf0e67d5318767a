// What the parser lets through and a server must not: the checks on a request's head that keep two parties on one
// connection from disagreeing where a message ends (RFC 9112, sections 2.2, 3.2, 5.2, 6.1, 6.3 and 11.2).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "vedette/http/message.h"

namespace vedette::http {

// Why a request is not handled: the status and a message safe for the peer. The connection closes after it.
struct Refusal {
  int status = 400;
  std::string message;
};

enum class HttpVersion : uint8_t { http_1_0, http_1_1 };

// Transfer-Encoding is exactly one `chunked` on HTTP/1.1 and never beside Content-Length; Content-Length is one number;
// there is exactly one well-formed Host (HTTP/1.0: at most one); Expect is `100-continue` or absent.
std::optional<Refusal> check_head(const Request& request, HttpVersion version);
// origin-form: starts with '/', valid UTF-8, no blanks or control characters, no fragment, whole %-escapes.
std::optional<Refusal> check_target(std::string_view target);
// What to answer when the parser itself refuses a request line: 505 for another version of HTTP, else 400.
Refusal refuse_request_line(std::string_view head);

}  // namespace vedette::http
