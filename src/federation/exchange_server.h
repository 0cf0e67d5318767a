// The provider's part of an exchange: a real server on a free port of 127.0.0.1 that answers what it is told to expect,
// and remembers what came otherwise.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "exchange_file.h"
#include "vedette/http/server.h"

namespace vedette::federation {

class ExchangeServer {
 public:
  static base::Result<std::unique_ptr<ExchangeServer>> start();
  ~ExchangeServer();

  std::string url() const;
  void expect_any_time(std::vector<Exchange> exchanges);
  // In this order, after what was expected before.
  void expect(std::vector<Exchange> exchanges);
  bool has_seen_all() const;
  bool has_seen_others() const;
  // What was asked otherwise, and what was not asked at all; forgotten then.
  std::vector<std::string> take_differences();
  // What may be asked at any time and never was.
  std::vector<std::string> unasked() const;

 private:
  ExchangeServer() = default;
  http::Response handle(const http::Request& request);

  mutable std::mutex mutex_;
  std::vector<std::pair<Exchange, bool>> any_time_;  // and whether it was asked
  std::vector<Exchange> expected_;
  size_t seen_ = 0;  // of those expected
  std::vector<std::string> differences_;
  std::unique_ptr<http::Server> server_;  // last: its handlers use the rest
};

}  // namespace vedette::federation
