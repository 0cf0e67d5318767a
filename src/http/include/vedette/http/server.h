// The HTTP/1.1 server (RFC 9110, RFC 9112): sockets, TLS, framing, limits and timeouts on io threads; handlers on
// workers.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/http/message.h"

namespace vedette::http {

// Answers one request. Plain and synchronous; called from several workers at once. An exception becomes a 500.
using Handler = std::function<Response(const Request&)>;

// PEM files. TLS 1.2 and newer; the only protocol offered by ALPN is http/1.1.
struct TlsFiles {
  std::string certificate_path;  // the chain, leaf first
  std::string key_path;
};

struct ServerOptions {
  std::string host = "127.0.0.1";  // an address, or a name that resolves to one
  uint16_t port = 0;               // 0: any free port, see Server::port()
  std::optional<TlsFiles> tls;

  unsigned io_threads = 0;  // 0: one per processor, at most four
  unsigned workers = 0;     // requests handled at once; 0: twice the processors, at least eight

  size_t connections_max = 10'000;    // further ones are answered 503 and closed
  size_t head_bytes_max = 64 * 1024;  // request line and fields; more is 431
  size_t head_fields_max = 256;       // more is 431
  uint64_t body_bytes_max = 1 << 20;  // more is 413, or asks admit_body
  // Asked when a body is larger than body_bytes_max or of unknown length, before `100 Continue`: its limit, or the
  // response that refuses it unread. Sees the request without its body. Called on workers.
  std::function<tl::expected<uint64_t, Response>(const Request& head)> admit_body;
  // Of requests in all connections together, from their first bytes until they are answered; the one that goes beyond
  // is 503.
  uint64_t buffered_bytes_max = 256 << 20;

  // Asked on the io thread before a worker is: the response when it is at hand, so that it is sent however busy the
  // workers are and without a change of threads. Must not block. Nothing, or an exception: the handler is asked.
  std::function<std::optional<Response>(const Request&)> answer_at_once;

  std::chrono::milliseconds idle_timeout{75'000};  // between two requests: closed without a word
  // From the first byte of a head to its last, and for a body beyond what body_rate_min allows: 408. A body has this
  // time and what it takes at that rate, however it trickles in. Also for the TLS handshake.
  std::chrono::milliseconds read_timeout{30'000};
  uint64_t body_rate_min_bytes_per_s = 1024;
  std::chrono::milliseconds write_timeout{30'000};  // without any progress of a response: aborted
  std::chrono::milliseconds drain_timeout{10'000};  // see Server::stop()

  // The response for what never reaches the handler (400, 408, 413, 417, 431, 503, 505) or fails there (500).
  // Default: the message as plain text. Called on io threads and workers; must not block.
  std::function<Response(int status, std::string_view message)> error_response;
  // Told about faults that no peer caused: exceptions of handlers, failing streams, invalid response fields, accept.
  std::function<void(const base::Error&)> on_problem;
  const base::Clock* clock = nullptr;  // for the Date field; the system's when null. Outlives the server.
};

class Server {
 public:
  // Listens when it returns. Errors: `bad_request` for options, `io_error` for certificates and the address.
  static base::Result<std::unique_ptr<Server>> start(ServerOptions options, Handler handler);
  ~Server();

  uint16_t port() const;
  // Refuses new connections, closes idle ones and lets requests in flight end for drain_timeout; then their stop
  // tokens fire. Returns when every handler has returned. Not to be called from a handler. Idempotent.
  void stop();

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace vedette::http
