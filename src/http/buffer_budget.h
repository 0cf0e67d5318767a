// Bytes of requests that the whole server holds in memory, and the share of one request in them.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

namespace vedette::http {

// Threads: any.
class BufferBudget {
 public:
  explicit BufferBudget(uint64_t bytes_max) : bytes_max_(bytes_max) {}
  uint64_t bytes_max() const { return bytes_max_; }

 private:
  friend class BufferShare;
  const uint64_t bytes_max_;
  std::atomic<uint64_t> bytes_ = 0;
};

// Gives back what it holds when it goes. The budget outlives it.
class BufferShare {
 public:
  BufferShare() = default;
  explicit BufferShare(BufferBudget& budget) : budget_(&budget) {}
  BufferShare(BufferShare&& other) noexcept
      : budget_(std::exchange(other.budget_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
  BufferShare& operator=(BufferShare&& other) noexcept {
    std::swap(budget_, other.budget_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~BufferShare() { hold(0); }

  // What is held from now on. False when that was more than before and all shares together are beyond the budget; it
  // counts all the same.
  bool hold(uint64_t bytes) {
    if (!budget_ || bytes == bytes_) return true;
    const bool grows = bytes > bytes_;
    const uint64_t all = budget_->bytes_ += bytes - bytes_;  // modulo 2^64: also takes away
    bytes_ = bytes;
    return !grows || all <= budget_->bytes_max_;
  }

 private:
  BufferBudget* budget_ = nullptr;
  uint64_t bytes_ = 0;
};

}  // namespace vedette::http
