// A server on a free port with a handler for what the tests ask:
//   /echo   the request as text: method, target, body     /bytes/N   N bytes
//   /slow   waits for the stop token, at most ten seconds  /throw    an exception
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "raw_client.h"
#include "vedette/http/server.h"

namespace vedette::http::test {

inline std::string get(std::string_view target, std::string_view fields = "") {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n";
}

inline std::string post(std::string_view target, std::string_view body, std::string_view fields = "") {
  return "POST " + std::string(target) + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n" + std::string(fields) + "\r\n" + std::string(body);
}

class ServerFixture : public ::testing::Test {
 protected:
  void start(ServerOptions options = {}, Handler handler = nullptr) {
    options.on_problem = [this](const base::Error& error) {
      std::lock_guard lock(mutex_);
      problems_.push_back(error.message + " | " + error.cause);
    };
    if (options.workers == 0) options.workers = 4;
    if (!handler) handler = [this](const Request& request) { return handle(request); };
    auto started = Server::start(std::move(options), std::move(handler));
    ASSERT_TRUE(started) << started.error().message << started.error().cause;
    server = std::move(*started);
  }

  uint16_t port() const { return server->port(); }

  std::vector<std::string> problems() {
    std::lock_guard lock(mutex_);
    return problems_;
  }

  Response handle(const Request& request) {
    ++handled;
    Response response;
    response.headers.add("Content-Type", "text/plain");
    const std::string_view path = request.split_target().path;
    if (path == "/throw") throw std::runtime_error("secret detail");
    if (path == "/slow") {
      for (int i = 0; i < 2000 && !request.stop.stopped(); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
      if (request.stop.stopped()) ++stopped;
      response.body = request.stop.stopped() ? "stopped" : "finished";
    } else if (path.starts_with("/bytes/")) {
      response.body.assign(std::stoul(std::string(path.substr(7))), 'x');
    } else {
      response.body = request.method + " " + request.target + " [" + request.body + "]";
    }
    return response;
  }

  // True when `condition` becomes true within some seconds.
  template <class Condition>
  static bool eventually(Condition condition) {
    for (int i = 0; i < 1000; ++i) {
      if (condition()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
  }

  std::atomic<int> handled = 0;
  std::atomic<int> stopped = 0;

 private:
  std::mutex mutex_;
  std::vector<std::string> problems_;

 protected:
  std::unique_ptr<Server> server;  // last: its handlers use the rest
};

}  // namespace vedette::http::test
