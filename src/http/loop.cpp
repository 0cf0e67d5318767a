#include "loop.h"

#include <boost/asio/post.hpp>
#include <chrono>
#include <exception>

namespace vedette::http {
namespace {

constexpr std::chrono::milliseconds tick_interval{100};

}  // namespace

Loop::Loop(Service& service) : service_(service) {
  thread_ = std::thread([this] { run(); });
}

Loop::~Loop() { stop(); }

void Loop::run() {
  for (;;) {
    try {
      context_.run();
      return;
    } catch (const std::exception& exception) {
      service_.report(base::ErrorCode::internal, "An io thread met an exception.", exception.what());
    }
  }
}

void Loop::stop() {
  guard_.reset();
  context_.stop();
  if (thread_.joinable()) thread_.join();
}

void Loop::add(std::shared_ptr<Connection> connection) {
  const Connection* key = connection.get();
  connections_.emplace(key, std::move(connection));
  arm();
}

void Loop::remove(const Connection& connection) {
  if (connections_.erase(&connection) == 1) service_.connection_closed();
}

void Loop::arm() {
  if (std::exchange(armed_, true)) return;
  timer_.expires_after(tick_interval);
  timer_.async_wait([this](boost::system::error_code error) {
    armed_ = false;
    if (!error) tick();
  });
}

// Connections remove themselves while they are visited.
std::vector<std::shared_ptr<Connection>> Loop::snapshot() const {
  std::vector<std::shared_ptr<Connection>> all;
  all.reserve(connections_.size());
  for (const auto& entry : connections_) all.push_back(entry.second);
  return all;
}

void Loop::tick() {
  const auto now = std::chrono::steady_clock::now();
  for (const auto& connection : snapshot()) connection->tick(now);
  if (!connections_.empty()) arm();
}

void Loop::for_each(std::function<void(Connection&)> step) {
  boost::asio::post(context_, [this, step = std::move(step)] {
    for (const auto& connection : snapshot()) step(*connection);
  });
}

}  // namespace vedette::http
