// A client that sends exactly the bytes it is given, over a plain POSIX socket.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "vedette/http/headers.h"

namespace vedette::http::test {

struct RawResponse {
  int status = 0;
  std::string version;
  Headers headers;
  std::string body;
};

class RawClient {
 public:
  enum class End { open, closed, reset, timeout };

  // A small receive buffer makes a slow reader: the server's writes block early.
  explicit RawClient(uint16_t port, int receive_buffer_bytes = 0) {
    fd_ = ::socket(AF_INET, SOCK_STREAM, 0);
    if (receive_buffer_bytes > 0)
      ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes);
    const int on = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  ~RawClient() { close(); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool connected() const { return connected_; }
  int fd() const { return fd_; }

  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }
  void end_sending() { ::shutdown(fd_, SHUT_WR); }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

  // Reads once; how the connection stands afterwards.
  End receive(std::chrono::milliseconds limit = std::chrono::milliseconds(5000), size_t bytes_max = 65536) {
    pollfd state{fd_, POLLIN, 0};
    if (::poll(&state, 1, static_cast<int>(limit.count())) <= 0) return End::timeout;
    std::string space(bytes_max, '\0');
    const ssize_t count = ::recv(fd_, space.data(), space.size(), 0);
    if (count < 0) return End::reset;
    if (count == 0) return End::closed;
    pending.append(space, 0, static_cast<size_t>(count));
    return End::open;
  }

  // Everything until the server closes.
  std::string receive_all(std::chrono::milliseconds limit = std::chrono::milliseconds(5000)) {
    while ((end = receive(limit)) == End::open) {
    }
    return std::exchange(pending, {});
  }

  // The next response; nullopt when the connection ends (see `end`) before it is complete. A response without a length
  // is read until the close.
  std::optional<RawResponse> response(bool to_head = false) {
    RawResponse found;
    size_t head_end;
    while ((head_end = pending.find("\r\n\r\n")) == std::string::npos)
      if ((end = receive()) != End::open) return std::nullopt;
    parse_head(std::string_view(pending).substr(0, head_end + 2), found);
    pending.erase(0, head_end + 4);
    if (to_head || found.status < 200 || found.status == 204 || found.status == 304) return found;
    if (found.headers.get("Transfer-Encoding") == "chunked")
      return read_chunks(found.body) ? std::optional(found) : std::nullopt;
    if (const auto* length = found.headers.find("Content-Length")) {
      if (!need(std::stoul(*length))) return std::nullopt;
      found.body = pending.substr(0, std::stoul(*length));
      pending.erase(0, found.body.size());
      return found;
    }
    found.body = receive_all();
    return end == End::closed ? std::optional(found) : std::nullopt;
  }

  std::optional<RawResponse> exchange(std::string_view bytes) {
    send(bytes);
    return response();
  }

  std::string pending;
  End end = End::open;

 private:
  bool need(size_t count) {
    while (pending.size() < count)
      if ((end = receive()) != End::open) return false;
    return true;
  }

  static void parse_head(std::string_view head, RawResponse& out) {
    size_t line_end = head.find("\r\n");
    out.version = head.substr(0, 8);
    out.status = std::stoi(std::string(head.substr(9, 3)));
    for (head.remove_prefix(line_end + 2); !head.empty(); head.remove_prefix(line_end + 2)) {
      line_end = head.find("\r\n");
      const auto line = head.substr(0, line_end);
      const size_t colon = line.find(": ");
      out.headers.add(std::string(line.substr(0, colon)), std::string(line.substr(colon + 2)));
    }
  }

  bool read_chunks(std::string& body) {
    for (;;) {
      size_t line_end;
      while ((line_end = pending.find("\r\n")) == std::string::npos)
        if (!need(pending.size() + 1)) return false;
      const size_t size = std::stoul(pending.substr(0, line_end), nullptr, 16);
      if (!need(line_end + 2 + size + 2)) return false;
      body.append(pending, line_end + 2, size);
      pending.erase(0, line_end + 2 + size + 2);
      if (size == 0) return true;
    }
  }

  int fd_ = -1;
  bool connected_ = false;
};

}  // namespace vedette::http::test
