// Responses to bytes: status line, fields, framing (RFC 9112, sections 6 and 7.1).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "request_reader.h"
#include "vedette/base/clock.h"
#include "vedette/http/message.h"

namespace vedette::http {

// How the peer finds the end of a body.
enum class Framing : uint8_t {
  none,            // the status has no body (1xx, 204, 304)
  content_length,  // also for HEAD, whose body is counted but not sent
  chunked,
  until_close,  // streams on HTTP/1.0
};

// What the head says about the connection.
enum class ConnectionField : uint8_t { none, keep_alive, close };

// Bytes to write in one go, in pieces, so that a large body is never copied.
struct Outgoing {
  std::string prefix;
  std::string body;
  std::shared_ptr<const SharedBody> shared_body;  // in the place of `body`
  std::string_view suffix;
  size_t sent = 0;  // of all together

  size_t size() const { return prefix.size() + (shared_body ? shared_body->size() : body.size()) + suffix.size(); }
  // Fills `pieces` with what comes next, none of it empty; how many there are.
  size_t unsent(std::span<std::string_view> pieces) const;
};

// Names the fault of a response that a handler must not return; nullopt when it can be sent.
std::optional<std::string> find_fault(const Response& response);
bool has_no_body(int status);

// The head up to and with its empty line. Fields of the response that belong to the framing are left out.
std::string write_head(const Response& response, Framing framing, uint64_t body_bytes, ConnectionField connection,
                       base::DateTime now);
// Appends a piece of a body to what goes out; small ones are copied so that they leave in one packet or TLS record.
void add_body(Outgoing& out, std::string body);
void add_body(Outgoing& out, std::shared_ptr<const SharedBody> body);
// One chunk, or with an empty one the last chunk.
void add_chunk(Outgoing& out, std::string data);

// IMF-fixdate (RFC 9110, section 5.6.7): "Sun, 06 Nov 1994 08:49:37 GMT".
std::string format_http_date(base::DateTime time);

}  // namespace vedette::http
