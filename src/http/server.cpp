#include "vedette/http/server.h"

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <future>
#include <thread>
#include <vector>

#include "connection.h"
#include "loop.h"
#include "service.h"
#include "tls.h"
#include "transport.h"

namespace vedette::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using base::ErrorCode;
using boost::system::error_code;

// Beyond connections_max this many are still answered 503; further ones are closed without a word.
constexpr size_t refused_connections_max = 64;
constexpr std::chrono::milliseconds accept_pause{100};
// For responses of handlers that were stopped at the end of the drain.
constexpr std::chrono::milliseconds last_words_time{2'000};

base::Error cannot_listen(const ServerOptions& options, const error_code& error) {
  return base::fail(ErrorCode::io_error, "Cannot listen on " + options.host + ":" + std::to_string(options.port) +
                                             ": " + error.message() + ".");
}

}  // namespace

struct Server::Impl {
  Impl(ServerOptions options, Handler handler) : service(std::move(options), std::move(handler)) {
    for (unsigned i = 0; i < service.options.io_threads; ++i) loops.push_back(std::make_unique<Loop>(service));
    pause = std::make_unique<asio::steady_timer>(loops[0]->context());
  }

  base::Status listen();
  void accept();
  void admit(Loop& loop, tcp::socket socket);
  void close_acceptor();
  void stop();

  Service service;
  std::shared_ptr<asio::ssl::context> tls;
  std::vector<std::unique_ptr<Loop>> loops;
  // Used on the first loop's thread once accept() has been posted.
  std::unique_ptr<tcp::acceptor> acceptor;
  std::unique_ptr<asio::steady_timer> pause;
  size_t next_loop = 0;
  uint16_t port = 0;
  bool stopped = false;
};

base::Status Server::Impl::listen() {
  error_code error;
  asio::io_context& context = loops[0]->context();
  const auto found = tcp::resolver(context).resolve(service.options.host, std::to_string(service.options.port),
                                                    tcp::resolver::passive | tcp::resolver::numeric_service, error);
  if (error || found.empty()) return cannot_listen(service.options, error);
  const tcp::endpoint endpoint = *found.begin();
  acceptor = std::make_unique<tcp::acceptor>(context);
  acceptor->open(endpoint.protocol(), error);
  if (!error) acceptor->set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor->bind(endpoint, error);
  if (!error) acceptor->listen(asio::socket_base::max_listen_connections, error);
  if (error) return cannot_listen(service.options, error);
  port = acceptor->local_endpoint(error).port();
  asio::post(context, [this] { accept(); });
  return {};
}

void Server::Impl::accept() {
  if (!acceptor->is_open()) return;
  Loop& loop = *loops[next_loop++ % loops.size()];
  acceptor->async_accept(loop.context(), [this, &loop](error_code error, tcp::socket socket) {
    if (!error) {
      admit(loop, std::move(socket));
      return accept();
    }
    if (error == asio::error::operation_aborted || !acceptor->is_open()) return;
    // Most often too many open files: taking a breath keeps the loop from spinning.
    service.report(ErrorCode::io_error, "A connection could not be accepted.", error.message());
    pause->expires_after(accept_pause);
    pause->async_wait([this](error_code) { accept(); });
  });
}

void Server::Impl::admit(Loop& loop, tcp::socket socket) {
  const size_t open = service.connection_opened();
  const size_t limit = service.options.connections_max;
  if (open > limit + refused_connections_max || service.draining) return service.connection_closed();
  const auto admission = open > limit ? Connection::Admission::overloaded : Connection::Admission::admitted;
  auto transport = tls ? make_transport(std::move(socket), tls) : make_transport(std::move(socket));
  auto connection = std::make_shared<Connection>(service, loop, std::move(transport), admission);
  asio::post(loop.context(), [&loop, connection] {
    loop.add(connection);
    connection->start();
  });
}

void Server::Impl::close_acceptor() {
  std::promise<void> closed;
  asio::post(loops[0]->context(), [this, &closed] {
    error_code ignored;
    if (acceptor) acceptor->close(ignored);
    pause->cancel();
    closed.set_value();
  });
  closed.get_future().wait();
}

void Server::Impl::stop() {
  if (std::exchange(stopped, true)) return;
  service.draining = true;
  close_acceptor();
  for (auto& loop : loops) loop->for_each([](Connection& connection) { connection.drain(); });
  if (!service.wait_until_all_closed(service.options.drain_timeout)) {
    for (auto& loop : loops) loop->for_each([](Connection& connection) { connection.cancel(); });
    if (!service.wait_until_all_closed(last_words_time))
      for (auto& loop : loops) loop->for_each([](Connection& connection) { connection.abort(); });
  }
  service.workers.join();
  for (auto& loop : loops) loop->stop();
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() { stop(); }

uint16_t Server::port() const { return impl_->port; }
void Server::stop() { impl_->stop(); }

base::Result<std::unique_ptr<Server>> Server::start(ServerOptions options, Handler handler) {
  if (!handler) return base::fail(ErrorCode::bad_request, "A server needs a handler.");
  const unsigned processors = std::max(1u, std::thread::hardware_concurrency());
  if (options.io_threads == 0) options.io_threads = std::min(processors, 4u);
  if (options.workers == 0) options.workers = std::max(2 * processors, 8u);
  std::shared_ptr<asio::ssl::context> tls;
  if (options.tls) tls = TRY(make_tls_context(*options.tls));
  std::unique_ptr<Server> server(new Server(std::make_unique<Impl>(std::move(options), std::move(handler))));
  server->impl_->tls = std::move(tls);
  TRY(server->impl_->listen());
  return server;
}

}  // namespace vedette::http
