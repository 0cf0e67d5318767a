// A network that fails: what comes to its port goes on to another, until it is cut. Then connections end in the middle
// of what they carry, and none is taken. Some end by themselves after a random number of bytes.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

class CuttingProxy {
 public:
  // `to_port` of 127.0.0.1. The same seed cuts the same way.
  CuttingProxy(int to_port, uint32_t seed) : to_port_(to_port), random_(seed) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    socklen_t size = sizeof address;
    EXPECT_EQ(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    EXPECT_EQ(::listen(listener_, 64), 0);
    port_ = ntohs(address.sin_port);
    accepting_ = std::jthread([this](const std::stop_token& stop) { accept_all(stop); });
  }
  ~CuttingProxy() {
    accepting_ = {};
    connections_.clear();
    ::close(listener_);
  }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  void cut() {
    whole_ = false;
    ++cuts_;
  }
  void mend() { whole_ = true; }
  // From now on no connection ends by itself.
  void leave_alone() { random_cuts_ = false; }
  int cuts() const { return cuts_; }
  int connections_cut() const { return connections_cut_; }

 private:
  static constexpr int poll_ms = 20;
  static constexpr int bytes_max = 60'000, of_connections = 8;  // one of so many is cut within so many bytes

  static sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<uint16_t>(port));
    return address;
  }

  static bool is_readable(int fd) {
    pollfd wanted{fd, POLLIN, 0};
    return ::poll(&wanted, 1, poll_ms) > 0;
  }

  void accept_all(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      if (!is_readable(listener_)) continue;
      const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (client < 0) continue;
      if (!whole_) {
        reset(client);
        continue;
      }
      const bool is_cut = random_cuts_ && random_() % of_connections == 0;
      const long left = is_cut ? static_cast<long>(random_() % bytes_max) : -1;
      connections_.emplace_back([this, client, left](const std::stop_token& ended) { carry(client, left, ended); });
    }
  }

  // Without a goodbye.
  static void reset(int fd) {
    const linger at_once{1, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    ::close(fd);
  }

  // False when nothing more comes from there.
  static bool pass(int from, int to, long& left) {
    char bytes[16'384];
    const ssize_t count = ::recv(from, bytes, sizeof bytes, MSG_DONTWAIT);
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    const long allowed = left < 0 ? count : std::min<long>(left, count);
    for (long sent = 0; sent < allowed;) {
      const ssize_t more = ::send(to, bytes + sent, static_cast<size_t>(allowed - sent), MSG_NOSIGNAL);
      if (more <= 0) return false;
      sent += more;
    }
    if (left >= 0) left -= allowed;
    return count > 0 && left != 0;
  }

  void carry(int client, long left, const std::stop_token& stop) {
    const bool is_cut = left >= 0;
    const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(to_port_);
    bool open = ::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    pollfd both[] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
    while (open && whole_ && !stop.stop_requested()) {
      if (::poll(both, 2, poll_ms) <= 0) continue;
      if (both[0].revents) open = pass(client, server, left);
      if (open && both[1].revents) open = pass(server, client, left);
    }
    if (!whole_ || (is_cut && left == 0)) ++connections_cut_;
    reset(client);
    ::close(server);
  }

  const int to_port_;
  int listener_ = -1, port_ = 0;
  std::mt19937 random_;  // of the accepting thread
  std::atomic<bool> whole_ = true, random_cuts_ = true;
  std::atomic<int> cuts_ = 0, connections_cut_ = 0;
  std::vector<std::jthread> connections_;
  std::jthread accepting_;
};

// Cuts and mends networks at random until it is destroyed; then the network is whole.
class Weather {
 public:
  Weather(std::vector<CuttingProxy*> proxies, uint32_t seed)
      : proxies_(std::move(proxies)), thread_([this, seed](const std::stop_token& stop) { run(stop, seed); }) {}
  ~Weather() {
    thread_.request_stop();
    thread_.join();
    for (CuttingProxy* proxy : proxies_) proxy->mend(), proxy->leave_alone();
  }

 private:
  void run(const std::stop_token& stop, uint32_t seed) {
    std::mt19937 random(seed);
    const auto wait = [&](uint32_t least, uint32_t most) {
      std::this_thread::sleep_for(std::chrono::milliseconds(least + random() % (most - least)));
    };
    while (!stop.stop_requested()) {
      wait(50, 800);
      CuttingProxy& proxy = *proxies_[random() % proxies_.size()];
      proxy.cut();
      wait(20, 600);
      proxy.mend();
    }
  }

  const std::vector<CuttingProxy*> proxies_;
  std::jthread thread_;
};
