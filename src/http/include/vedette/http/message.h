// What a handler receives and what it returns. Plain values: no sockets, no framing.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

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

// A body of texts, one behind the other, that others hold too: it is sent from where it is.
class SharedBody {
 public:
  struct Piece {
    std::shared_ptr<const std::string> owner;
    std::string_view text;  // of the owner's
  };

  void reserve(size_t pieces) { pieces_.reserve(pieces); }
  void add(std::string text);
  void add(std::shared_ptr<const std::string> owner, std::string_view part);
  const std::vector<Piece>& pieces() const { return pieces_; }
  size_t size() const { return size_; }
  std::string text() const;

 private:
  std::vector<Piece> pieces_;
  size_t size_ = 0;
};

// The server writes Content-Length, Transfer-Encoding, Connection and Date itself; a `Connection: close` here closes
// the connection after the response. To a HEAD the handler answers as to a GET: the body is counted but not sent.
struct Response {
  int status = 200;
  Headers headers;
  std::string body;
  std::shared_ptr<const SharedBody> shared_body = {};  // instead of `body`
  std::unique_ptr<BodyStream> stream = {};             // instead of `body`: sent as chunks (HTTP/1.0: until the close)

  // Makes a shared body this response's own, for who reads it.
  void own_body();
};

// "Not Found" for 404; empty for a status that has no registered phrase.
std::string_view reason_phrase(int status);

}  // namespace vedette::http
