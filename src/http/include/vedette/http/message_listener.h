// Listens for bytes that peers send without waiting for an answer: datagrams, or streams over TCP, plain or under TLS.
// Where a message ends in a stream is the receiver's to know.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "vedette/base/result.h"
#include "vedette/http/server.h"

namespace vedette::http {

struct MessageListenerOptions {
  enum class Protocol : uint8_t { udp, tcp };
  Protocol protocol = Protocol::udp;
  std::string host = "127.0.0.1";
  uint16_t port = 0;             // 0: any free port, see port()
  std::optional<TlsFiles> tls;   // of streams
  size_t connections_max = 256;  // further ones are closed
  std::chrono::milliseconds handshake_timeout{10'000};
  std::chrono::milliseconds idle_timeout{3'600'000};

  // Both are called on the listener's one thread. They may wait: nothing is read meanwhile, so that peers of streams
  // wait, too.
  std::function<void(std::string_view datagram, const std::string& peer)> on_datagram;
  // What takes the bytes of a connection: none at its end; false closes it.
  using TakeBytes = std::function<bool(std::string_view bytes)>;
  std::function<TakeBytes(const std::string& peer)> on_connection;
};

class MessageListener {
 public:
  // Listens when it returns. `io_error` for the address and certificates.
  static base::Result<std::unique_ptr<MessageListener>> start(MessageListenerOptions options);
  // Closes all connections. What takes bytes must not wait any more.
  ~MessageListener();

  uint16_t port() const;

 private:
  struct Impl;
  explicit MessageListener(std::unique_ptr<Impl> impl);
  const std::unique_ptr<Impl> impl_;
};

}  // namespace vedette::http
