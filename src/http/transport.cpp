#include "transport.h"

#include <poll.h>

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

  void write_some(const std::array<std::string_view, 3>& pieces) override {
    std::array<asio::const_buffer, 3> buffers;
    for (size_t i = 0; i < pieces.size(); ++i) buffers[i] = {pieces[i].data(), pieces[i].size()};
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
};

}  // namespace

std::unique_ptr<Transport> make_transport(Socket socket) {
  return std::make_unique<StreamTransport<Socket>>(std::move(socket));
}

std::unique_ptr<Transport> make_transport(Socket socket, std::shared_ptr<asio::ssl::context> tls) {
  return std::make_unique<StreamTransport<TlsStream>>(std::move(socket), std::move(tls));
}

}  // namespace vedette::http
