// What a handler receives and what it returns. Plain values: no sockets, no framing.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "vedette/base/deadline.h"
#include "vedette/base/result.h"
#include "vedette/http/headers.h"

namespace vedette::http {

// A request-target in origin-form, split at the first '?'. Both parts are as sent: still percent-encoded.
struct Target {
  std::string_view path;                  // starts with '/'
  std::optional<std::string_view> query;  // without the '?'; an empty query is not an absent one
};

struct Request {
  std::string method;        // a token, case as sent: HEAD is HEAD
  std::string target;        // starts with '/'; valid UTF-8, no control characters, every '%' starts an escape
  Headers headers;           // exactly one Host on HTTP/1.1; trailers of a chunked body are dropped
  std::string body;          // without its transfer coding; content codings are the handler's
  bool tls = false;          // arrived over TLS
  std::string peer_address;  // numeric, without port
  // Fires when the peer disconnects (or closes its sending side) and when the server's time to drain is over.
  base::StopCheck stop;
  std::stop_token stop_token;  // the same cause, to build a StopCheck with a deadline

  Target split_target() const;
};

// A body that is made while it is sent. Calls come one at a time, on worker threads; the next chunk is pulled only
// after the last one was written. It is destroyed as soon as the peer is gone.
class BodyStream {
 public:
  virtual ~BodyStream() = default;
  // A piece of the body, or nullopt at its end. An error before the first piece becomes a 500; after it, the
  // connection is aborted, so that the peer cannot take the part for the whole.
  virtual base::Result<std::optional<std::string>> next_chunk() = 0;
};

// The server writes Content-Length, Transfer-Encoding, Connection and Date itself; a `Connection: close` here closes
// the connection after the response. To a HEAD the handler answers as to a GET: the body is counted but not sent.
struct Response {
  int status = 200;
  Headers headers;
  std::string body;
  std::shared_ptr<const std::string> shared_body = {};  // instead of `body`: others hold it too, it is not copied
  std::unique_ptr<BodyStream> stream = {};              // instead of `body`: sent as chunks (HTTP/1.0: until the close)
};

// "Not Found" for 404; empty for a status that has no registered phrase.
std::string_view reason_phrase(int status);

}  // namespace vedette::http
