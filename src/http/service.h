// What every connection of a server shares.
#pragma once

#include <atomic>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>

#include "buffer_budget.h"
#include "vedette/http/server.h"

namespace vedette::http {

using Admitted = tl::expected<uint64_t, Response>;

struct Service {
  Service(ServerOptions given_options, Handler given_handler)
      : options(std::move(given_options)), handler(std::move(given_handler)), workers(options.workers) {}

  const ServerOptions options;
  const Handler handler;
  BufferBudget buffers{options.buffered_bytes_max};
  boost::asio::thread_pool workers;
  std::atomic<bool> draining = false;  // no request is taken any more

  base::DateTime now() const { return options.clock ? options.clock->now() : system_clock.now(); }
  void report(base::ErrorCode code, std::string message, std::string cause) const {
    if (options.on_problem) options.on_problem(base::fail(code, std::move(message)).with_cause(std::move(cause)));
  }
  // What ServerOptions::admit_body answers, and a refusal when it fails.
  Admitted admit_body(const Request& head) const;
  // The configured response for a failure at the protocol's level, or plain text.
  Response error_response(int status, std::string_view message) const;

  // Connections that are open. Every one that was counted in is counted out when it has closed.
  size_t connection_opened() {
    std::lock_guard lock(mutex);
    return ++connections;
  }
  void connection_closed() {
    std::lock_guard lock(mutex);
    if (--connections == 0) all_closed.notify_all();
  }
  // False when some are left after `limit`.
  bool wait_until_all_closed(std::chrono::milliseconds limit) {
    std::unique_lock lock(mutex);
    return all_closed.wait_for(lock, limit, [this] { return connections == 0; });
  }

 private:
  std::optional<Response> configured_response(int status, std::string_view message) const;

  base::SystemClock system_clock;
  std::mutex mutex;
  std::condition_variable all_closed;
  size_t connections = 0;
};

}  // namespace vedette::http
