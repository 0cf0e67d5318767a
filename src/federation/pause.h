// Waiting between attempts, in a thread that may be asked to stop.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>

#include "vedette/base/error.h"

namespace vedette::federation {

class Pause {
 public:
  void wait(const std::stop_token& stop, std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, time, [] { return false; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any wake_;
};

// The pause after the n-th failure in a row (from 1): doubled each time, and not before the provider lets one come.
inline std::chrono::milliseconds pause_after(int failures, const base::Error& error, std::chrono::milliseconds least,
                                             std::chrono::milliseconds most) {
  constexpr int doublings_max = 20;
  const auto doubled = least * (int64_t{1} << std::clamp(failures - 1, 0, doublings_max));
  const auto asked = std::chrono::milliseconds(1000 * int64_t{error.retry_after_s});
  return std::max(std::min(doubled, most), asked);
}

}  // namespace vedette::federation
