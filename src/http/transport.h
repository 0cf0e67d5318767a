// One accepted socket, plain or TLS, as a handful of asynchronous operations.
//
// At most one operation is outstanding at a time; cancel() ends it early. Each ends in exactly one call of the
// listener, on the thread of the socket's io_context; a pending operation keeps the listener alive. The only place
// besides server.cpp and tls.cpp that includes Asio's sockets.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace vedette::http {

class TransportListener : public std::enable_shared_from_this<TransportListener> {
 public:
  enum class Outcome : uint8_t { ok, failed };
  virtual ~TransportListener() = default;
  virtual void on_handshake(Outcome outcome) = 0;
  virtual void on_read(size_t count) = 0;     // 0: the end of the input, a failure or a cancelled operation
  virtual void on_written(size_t count) = 0;  // 0: a failure
  virtual void on_finished() = 0;
  virtual void on_discarded(Outcome outcome) = 0;  // failed: the peer has closed
};

class Transport {
 public:
  virtual ~Transport() = default;

  virtual void handshake() = 0;
  virtual void read_some(std::span<char> space) = 0;
  // At most pieces_max of them are looked at.
  static constexpr size_t pieces_max = 64;  // what the system takes at once
  virtual void write_some(std::span<const std::string_view> pieces) = 0;
  // Ends the sending side: close_notify under TLS, then FIN.
  virtual void finish() = 0;
  // After finish(): reads raw bytes of the peer and drops them.
  virtual void discard_some() = 0;

  virtual void cancel() = 0;
  virtual void close() = 0;
  // Closes with a reset, so that the peer cannot mistake what it has for a whole response.
  virtual void abort() = 0;
  // The peer has closed its sending side or the connection is broken; unread input does not hide it.
  virtual bool is_peer_gone() = 0;

  virtual bool is_tls() const = 0;
  virtual std::string peer_address() const = 0;

  // Before the first operation.
  void set_listener(TransportListener* listener) { listener_ = listener; }

 protected:
  TransportListener* listener_ = nullptr;
};

std::unique_ptr<Transport> make_transport(boost::asio::ip::tcp::socket socket);
std::unique_ptr<Transport> make_transport(boost::asio::ip::tcp::socket socket,
                                          std::shared_ptr<boost::asio::ssl::context> tls);

}  // namespace vedette::http
