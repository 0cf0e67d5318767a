// A bounded number of things at once. Who finds no place is told to come again, instead of waiting where others need to
// pass.
#pragma once

#include <atomic>
#include <string>
#include <utility>

#include "vedette/base/result.h"

namespace vedette::base {

// Threads: any. Outlives the places it gives.
class Places {
 public:
  // `what` is counted, in words that follow a number: "hunting queries are running".
  Places(int count, std::string what) : count_(count), what_(std::move(what)) {}

  // Given back when it goes.
  class Place {
   public:
    Place(Place&& other) noexcept : taken_(std::exchange(other.taken_, nullptr)) {}
    Place& operator=(Place&&) = delete;
    ~Place() {
      if (taken_) --*taken_;
    }

   private:
    friend class Places;
    explicit Place(std::atomic<int>& taken) : taken_(&taken) {}
    std::atomic<int>* taken_;
  };

  // too_many_requests, naming the limit.
  Result<Place> take() {
    if (++taken_ <= count_) return Place(taken_);
    --taken_;
    Error error(ErrorCode::too_many_requests,
                std::to_string(count_) + " " + what_ + ", the most at once. Send the request again.");
    error.retry_after_s = retry_after_s;
    return error;
  }

  static constexpr uint32_t retry_after_s = 1;

 private:
  const int count_;
  const std::string what_;
  std::atomic<int> taken_ = 0;
};

}  // namespace vedette::base
