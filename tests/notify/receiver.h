// A receiver of notifications: a real server on a free port of 127.0.0.1, that does what the test wants.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "../eventually.h"
#include "vedette/http/percent.h"
#include "vedette/http/server.h"
#include "vedette/json/value.h"

namespace vedette::notify::test {

template <class Condition>
bool eventually(Condition condition, std::chrono::seconds within = std::chrono::seconds(10)) {
  return vedette::test::eventually(condition, within);
}

struct Notification {
  std::string path;
  json::Value value;  // one item of "value"
  std::chrono::steady_clock::time_point at;

  std::string text(const char* name) const { return std::string(json::find_string(value, name)); }
  std::string entity() const { return std::string(json::find_string(*json::find(value, "resourceData"), "id")); }
  int64_t version() const {
    const auto tag = json::find_string(*json::find(value, "resourceData"), "@odata.etag");
    return std::stoll(std::string(tag.substr(3)));
  }
};

class Receiver {
 public:
  // The status to answer a delivery with; it may take its time.
  using Answer = std::function<int(const http::Request&)>;

  explicit Receiver(Answer answer = {}, uint16_t port = 0) : answer_(std::move(answer)) {
    http::ServerOptions options;
    options.port = port;
    options.workers = 32;
    options.body_bytes_max = 8 << 20;
    options.drain_timeout = std::chrono::milliseconds(50);
    auto started = http::Server::start(options, [this](const http::Request& request) { return handle(request); });
    EXPECT_TRUE(started) << started.error().message;
    server_ = std::move(*started);
  }
  ~Receiver() { server_->stop(); }

  uint16_t port() const { return server_->port(); }
  std::string url(const std::string& path) const { return "http://127.0.0.1:" + std::to_string(port()) + path; }

  // What was taken: answered with 2xx.
  std::vector<Notification> taken(const std::string& path = "") const {
    const std::scoped_lock lock(mutex_);
    std::vector<Notification> out;
    for (const Notification& one : taken_)
      if (path.empty() || one.path == path) out.push_back(one);
    return out;
  }
  size_t count() const {
    const std::scoped_lock lock(mutex_);
    return taken_.size();
  }
  size_t posts(const std::string& path) const {
    const std::scoped_lock lock(mutex_);
    const auto found = posts_.find(path);
    return found == posts_.end() ? 0 : found->second;
  }
  int handshakes() const {
    const std::scoped_lock lock(mutex_);
    return handshakes_;
  }
  std::string last_body() const {
    const std::scoped_lock lock(mutex_);
    return last_body_;
  }

 private:
  http::Response handle(const http::Request& request) {
    http::Response response;
    const http::Target target = request.split_target();
    const size_t token = request.target.find("validationToken=");
    if (token != std::string::npos) {
      const std::scoped_lock lock(mutex_);
      ++handshakes_;
      response.headers.set("Content-Type", "text/plain");
      response.body =
          http::percent_decode(std::string_view(request.target).substr(token + 16), http::Plus::literal).value_or("");
      return response;
    }
    const std::string path(target.path);
    {
      const std::scoped_lock lock(mutex_);
      ++posts_[path];
      last_body_ = request.body;
    }
    response.status = answer_ ? answer_(request) : 202;
    if (response.status >= 300 && response.status < 400) response.headers.set("Location", url("/redirected"));
    if (response.status >= 300) return response;
    const auto body = json::parse(request.body);
    const std::scoped_lock lock(mutex_);
    for (const json::Value& item : json::find(*body, "value")->get_array())
      taken_.push_back({path, item, std::chrono::steady_clock::now()});
    return response;
  }

  const Answer answer_;
  mutable std::mutex mutex_;
  std::vector<Notification> taken_;
  std::map<std::string, size_t> posts_;
  int handshakes_ = 0;
  std::string last_body_;
  std::unique_ptr<http::Server> server_;  // last: its handlers use the rest
};

}  // namespace vedette::notify::test
