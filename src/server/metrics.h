// Counters of the server, in Prometheus' text format at /metrics. Threads: any.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace vedette::server {

class Metrics {
 public:
  Metrics();
  ~Metrics();

  void count_request(std::string_view root, int status, std::chrono::steady_clock::duration took);
  void count_records(std::string_view connector, uint64_t mapped, uint64_t unmapped, uint64_t quarantined);
  void count_notifications(const char* outcome, uint64_t count);
  std::string text() const;

 private:
  struct Families;
  const std::unique_ptr<Families> families_;
};

}  // namespace vedette::server
