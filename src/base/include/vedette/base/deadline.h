// What every handler and query carries: may it go on, and how much memory may it hold?
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <stop_token>

#include "vedette/base/result.h"

namespace vedette::base {

// Cancellation from outside plus a deadline on the steady clock. Every loop over rows calls check() at least once a
// batch.
class StopCheck {
 public:
  StopCheck() = default;
  StopCheck(std::stop_token token, std::chrono::steady_clock::time_point deadline)
      : token_(std::move(token)), deadline_(deadline) {}
  // Error `cancelled`, or `limit_exceeded` when the deadline has passed.
  Status check() const;
  bool stopped() const;

 private:
  std::stop_token token_;
  std::chrono::steady_clock::time_point deadline_ = std::chrono::steady_clock::time_point::max();
};

// Bytes that one query may hold. Shared by its operators; charge() and release() are safe from any thread.
class MemoryBudget {
 public:
  explicit MemoryBudget(int64_t limit_bytes) : limit_bytes_(limit_bytes) {}
  // Error `limit_exceeded` naming `who` when the limit would be passed; nothing is charged then.
  Status charge(int64_t bytes, const char* who);
  void release(int64_t bytes) { used_bytes_ -= bytes; }
  // Whoever was refused could not say so: from now on every charge is refused.
  void end() { ended_ = true; }
  // Error `limit_exceeded` after end().
  Status check() const;
  int64_t used_bytes() const { return used_bytes_; }
  int64_t limit_bytes() const { return limit_bytes_; }

 private:
  Error refusal(const char* who) const;

  const int64_t limit_bytes_;
  std::atomic<int64_t> used_bytes_ = 0;
  std::atomic<bool> ended_ = false;
};

}  // namespace vedette::base
