// One io thread: an io_context, the connections that live on it, and the tick that applies their timeouts. A coarse
// tick for all of them costs nothing per request, unlike a timer for each.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <thread>
#include <unordered_map>

#include "connection.h"

namespace vedette::http {

class Loop {
 public:
  explicit Loop(Service& service);
  ~Loop();  // after stop()

  boost::asio::io_context& context() { return context_; }
  // From any thread: runs `step` for every connection, on the loop's thread.
  void for_each(std::function<void(Connection&)> step);
  // Ends the thread. No worker may post to the loop any more.
  void stop();

  // On the loop's thread.
  void add(std::shared_ptr<Connection> connection);
  void remove(const Connection& connection);

 private:
  void run();
  void arm();
  void tick();
  std::vector<std::shared_ptr<Connection>> snapshot() const;

  Service& service_;
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_{context_.get_executor()};
  boost::asio::steady_timer timer_{context_};
  bool armed_ = false;
  std::unordered_map<const Connection*, std::shared_ptr<Connection>> connections_;
  std::thread thread_;
};

}  // namespace vedette::http
