#include "transport.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <type_traits>

namespace vedette::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Socket = asio::ip::tcp::socket;
using TlsStream = asio::ssl::stream<Socket>;
using Outcome = TransportListener::Outcome;

template <class Stream>
class StreamTransport final : public Transport {
 public:
  static constexpr size_t record_bytes_max = 16 * 1024;  // RFC 8446, section 5.1
  static constexpr bool tls = std::is_same_v<Stream, TlsStream>;

  explicit StreamTransport(Socket socket) requires(!tls) : stream_(std::move(socket)) { prepare(); }
  StreamTransport(Socket socket, std::shared_ptr<asio::ssl::context> context) requires(tls)
      : context_(std::move(context)), stream_(std::move(socket), *context_) {
    prepare();
  }

  void handshake() override {
    if constexpr (tls) {
      stream_.async_handshake(asio::ssl::stream_base::server, [self = self()](error_code error) {
        self->on_handshake(error ? Outcome::failed : Outcome::ok);
      });
    } else {
      asio::post(stream_.get_executor(), [self = self()] { self->on_handshake(Outcome::ok); });
    }
  }

  void read_some(std::span<char> space) override {
    stream_.async_read_some(asio::buffer(space.data(), space.size()),
                            [self = self()](error_code error, size_t count) { self->on_read(error ? 0 : count); });
  }

  void write_some(std::span<const std::string_view> pieces) override {
    if constexpr (tls) pieces = in_one_record(pieces);
    Buffers buffers;
    for (const std::string_view piece : pieces.first(std::min(pieces.size(), pieces_max)))
      buffers.all[buffers.count++] = {piece.data(), piece.size()};
    stream_.async_write_some(buffers,
                             [self = self()](error_code error, size_t count) { self->on_written(error ? 0 : count); });
  }

  void finish() override {
    if constexpr (tls) {
      stream_.async_shutdown([this, self = self()](error_code) { shut_sending_down(*self); });
    } else {
      asio::post(stream_.get_executor(), [this, self = self()] { shut_sending_down(*self); });
    }
  }

  void discard_some() override {
    socket().async_read_some(asio::buffer(discarded_), [self = self()](error_code error, size_t) {
      self->on_discarded(error ? Outcome::failed : Outcome::ok);
    });
  }

  void cancel() override {
    error_code ignored;
    socket().cancel(ignored);
  }

  void close() override {
    error_code ignored;
    socket().close(ignored);
  }

  void abort() override {
    error_code ignored;
    socket().set_option(asio::socket_base::linger(true, 0), ignored);
    socket().close(ignored);
  }

  bool is_peer_gone() override {
    pollfd state{socket().native_handle(), POLLRDHUP, 0};
    return ::poll(&state, 1, 0) > 0 && (state.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
  }

  bool is_tls() const override { return tls; }
  std::string peer_address() const override { return peer_address_; }

 private:
  // Pieces as Asio takes them.
  struct Buffers {
    std::array<asio::const_buffer, pieces_max> all;
    size_t count = 0;
    const asio::const_buffer* begin() const { return all.data(); }
    const asio::const_buffer* end() const { return all.data() + count; }
  };

  // Asio makes a record of the first piece alone: small ones are copied into one.
  std::span<const std::string_view> in_one_record(std::span<const std::string_view> pieces) {
    if (pieces.size() < 2 || pieces[0].size() >= record_bytes_max) return pieces;
    gathered_.clear();
    for (const std::string_view piece : pieces) gathered_ += piece.substr(0, record_bytes_max - gathered_.size());
    record_ = gathered_;
    return {&record_, 1};
  }

  std::shared_ptr<TransportListener> self() { return listener_->shared_from_this(); }

  Socket& socket() {
    if constexpr (tls) {
      return stream_.next_layer();
    } else {
      return stream_;
    }
  }

  void prepare() {
    error_code error;
    socket().set_option(asio::ip::tcp::no_delay(true), error);
    const auto endpoint = socket().remote_endpoint(error);
    if (error) return;
    asio::ip::address address = endpoint.address();
    if (address.is_v6() && address.to_v6().is_v4_mapped())
      address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
    peer_address_ = address.to_string();
  }

  void shut_sending_down(TransportListener& listener) {
    error_code ignored;
    socket().shutdown(asio::socket_base::shutdown_send, ignored);
    listener.on_finished();
  }

  std::shared_ptr<asio::ssl::context> context_;
  Stream stream_;
  std::string peer_address_;
  std::array<char, 512> discarded_;
  std::string gathered_;  // what is being written; stays until it is
  std::string_view record_;
};

}  // namespace

std::unique_ptr<Transport> make_transport(Socket socket) {
  return std::make_unique<StreamTransport<Socket>>(std::move(socket));
}

std::unique_ptr<Transport> make_transport(Socket socket, std::shared_ptr<asio::ssl::context> tls) {
  return std::make_unique<StreamTransport<TlsStream>>(std::move(socket), std::move(tls));
}

}  // namespace vedette::http
