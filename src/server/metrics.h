// Counters of the server, in Prometheus' text format at /metrics. Threads: any.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
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
  // How a connector that is set up fares; nothing when it was removed.
  void set_connector(const std::string& tenant, const std::string& name, std::optional<bool> healthy, int64_t lag_s);
  std::string text() const;

 private:
  struct Families;
  const std::unique_ptr<Families> families_;
};

}  // namespace vedette::server
