#include "vedette/http/message_listener.h"

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <set>
#include <thread>
#include <utility>

#include "tls.h"
#include "transport.h"

namespace vedette::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::ip::udp;
using base::ErrorCode;
using boost::system::error_code;
using SteadyClock = std::chrono::steady_clock;

constexpr size_t read_bytes = 64 << 10;  // also the largest datagram there is
constexpr int receive_buffer_bytes = 4 << 20;
constexpr std::chrono::seconds between_looks{1};

base::Error cannot_listen_at(const MessageListenerOptions& options, const error_code& error) {
  return base::fail(ErrorCode::io_error, "Cannot listen on " + options.host + ":" + std::to_string(options.port) +
                                             ": " + error.message() + ".");
}

// One peer's stream.
class StreamPeer final : public TransportListener {
 public:
  using Ended = std::function<void(StreamPeer&)>;

  StreamPeer(std::unique_ptr<Transport> transport, MessageListenerOptions::TakeBytes take, Ended ended)
      : transport_(std::move(transport)), take_(std::move(take)), ended_(std::move(ended)) {
    transport_->set_listener(this);
  }

  void start() { transport_->handshake(); }
  void close() { transport_->close(); }
  // Closes it when nothing has come for longer than is waited for.
  void look(const MessageListenerOptions& options) {
    const auto idle = SteadyClock::now() - last_;
    if (idle > (ready_ ? options.idle_timeout : options.handshake_timeout)) close();
  }

  void on_handshake(Outcome outcome) override {
    if (outcome == Outcome::failed) return end();
    ready_ = true;
    read();
  }
  void on_read(size_t count) override {
    if (count == 0) return end();
    last_ = SteadyClock::now();
    if (!take_(std::string_view(space_.data(), count))) return end();
    read();
  }
  void on_written(size_t) override {}
  void on_finished() override {}
  void on_discarded(Outcome) override {}

 private:
  void read() { transport_->read_some(space_); }
  void end() {
    if (ready_) take_({});
    transport_->close();
    ended_(*this);
  }

  const std::unique_ptr<Transport> transport_;
  const MessageListenerOptions::TakeBytes take_;
  const Ended ended_;
  bool ready_ = false;
  SteadyClock::time_point last_ = SteadyClock::now();
  std::array<char, read_bytes> space_;
};

}  // namespace

struct MessageListener::Impl {
  explicit Impl(MessageListenerOptions given) : options(std::move(given)) {}

  base::Status listen();
  base::Status listen_for_datagrams();
  base::Status listen_for_streams();
  void receive();
  void accept();
  void admit(tcp::socket socket);
  void look();
  void run() {
    thread = std::thread([this] { context.run(); });
  }
  void stop();

  const MessageListenerOptions options;
  asio::io_context context{1};
  std::shared_ptr<asio::ssl::context> tls;
  std::unique_ptr<udp::socket> datagrams;
  std::unique_ptr<tcp::acceptor> acceptor;
  asio::steady_timer timer{context};
  bool is_accepting = true;
  std::set<std::shared_ptr<StreamPeer>> peers;
  udp::endpoint from;
  std::array<char, read_bytes> space{};
  uint16_t port = 0;
  std::thread thread;
};

base::Status MessageListener::Impl::listen() {
  if (options.protocol == MessageListenerOptions::Protocol::udp) return listen_for_datagrams();
  if (options.tls) tls = TRY(make_tls_context(*options.tls));
  return listen_for_streams();
}

base::Status MessageListener::Impl::listen_for_datagrams() {
  error_code error;
  const auto found = udp::resolver(context).resolve(options.host, std::to_string(options.port),
                                                    udp::resolver::passive | udp::resolver::numeric_service, error);
  if (error || found.empty()) return cannot_listen_at(options, error);
  const udp::endpoint endpoint = *found.begin();
  datagrams = std::make_unique<udp::socket>(context);
  datagrams->open(endpoint.protocol(), error);
  error_code ignored;  // the system may allow less
  datagrams->set_option(asio::socket_base::receive_buffer_size(receive_buffer_bytes), ignored);
  if (!error) datagrams->bind(endpoint, error);
  if (error) return cannot_listen_at(options, error);
  port = datagrams->local_endpoint(error).port();
  receive();
  return {};
}

base::Status MessageListener::Impl::listen_for_streams() {
  error_code error;
  const auto found = tcp::resolver(context).resolve(options.host, std::to_string(options.port),
                                                    tcp::resolver::passive | tcp::resolver::numeric_service, error);
  if (error || found.empty()) return cannot_listen_at(options, error);
  const tcp::endpoint endpoint = *found.begin();
  acceptor = std::make_unique<tcp::acceptor>(context);
  acceptor->open(endpoint.protocol(), error);
  if (!error) acceptor->set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor->bind(endpoint, error);
  if (!error) acceptor->listen(asio::socket_base::max_listen_connections, error);
  if (error) return cannot_listen_at(options, error);
  port = acceptor->local_endpoint(error).port();
  accept();
  look();
  return {};
}

void MessageListener::Impl::receive() {
  datagrams->async_receive_from(asio::buffer(space), from, [this](error_code error, size_t count) {
    if (error == asio::error::operation_aborted || !datagrams->is_open()) return;
    if (!error) options.on_datagram(std::string_view(space.data(), count), from.address().to_string());
    receive();
  });
}

void MessageListener::Impl::accept() {
  acceptor->async_accept([this](error_code error, tcp::socket socket) {
    if (error == asio::error::operation_aborted || !acceptor->is_open()) return;
    is_accepting = !error;
    if (error) return;  // look() goes on: without descriptors it would fail at once again
    admit(std::move(socket));
    accept();
  });
}

void MessageListener::Impl::admit(tcp::socket socket) {
  if (peers.size() >= options.connections_max) return;  // closed with the socket
  auto transport = tls ? make_transport(std::move(socket), tls) : make_transport(std::move(socket));
  auto take = options.on_connection(transport->peer_address());
  const auto peer = std::make_shared<StreamPeer>(std::move(transport), std::move(take), [this](StreamPeer& ended) {
    std::erase_if(peers, [&](const auto& one) { return one.get() == &ended; });
  });
  peers.insert(peer);
  peer->start();
}

void MessageListener::Impl::look() {
  timer.expires_after(between_looks);
  timer.async_wait([this](error_code error) {
    if (error || !acceptor->is_open()) return;  // an expired timer cannot be cancelled any more
    for (const auto& peer : peers) peer->look(options);
    if (!std::exchange(is_accepting, true)) accept();
    look();
  });
}

void MessageListener::Impl::stop() {
  asio::post(context, [this] {
    error_code ignored;
    if (datagrams) datagrams->close(ignored);
    if (acceptor) acceptor->close(ignored);
    timer.cancel();
    for (const auto& peer : peers) peer->close();
  });
  if (thread.joinable()) thread.join();
}

MessageListener::MessageListener(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
MessageListener::~MessageListener() { impl_->stop(); }

uint16_t MessageListener::port() const { return impl_->port; }

base::Result<std::unique_ptr<MessageListener>> MessageListener::start(MessageListenerOptions options) {
  std::unique_ptr<MessageListener> listener(new MessageListener(std::make_unique<Impl>(std::move(options))));
  TRY(listener->impl_->listen());
  listener->impl_->run();
  return listener;
}

}  // namespace vedette::http
