// A bounded number of things at once. Who finds no place waits for one, in the order of arrival; where a bounded number
// wait already, one is told to come again.
#pragma once

#include <chrono>
#include <condition_variable>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "vedette/base/deadline.h"
#include "vedette/base/result.h"

namespace vedette::base {

// Threads: any. Outlives the places it gives.
class Places {
 public:
  // `what` is counted, in words that follow a number: "hunting queries are running".
  Places(int count, std::string what, int waiting_max = 0)
      : count_(count), waiting_max_(static_cast<size_t>(waiting_max)), what_(std::move(what)) {}

  // Given back when it goes.
  class Place {
   public:
    Place(Place&& other) noexcept : places_(std::exchange(other.places_, nullptr)) {}
    Place& operator=(Place&&) = delete;
    ~Place() {
      if (places_) places_->give_back();
    }

   private:
    friend class Places;
    explicit Place(Places& places) : places_(&places) {}
    Places* places_;
  };

  // too_many_requests, naming the limit, at once or when the deadline of `stop` ends the waiting; cancelled.
  Result<Place> take(const StopCheck& stop = {}) {
    std::unique_lock lock(mutex_);
    if (free_ == 0 && waiting_.size() >= waiting_max_) return refusal();
    if (free_ > 0 && waiting_.empty()) return --free_, Place(*this);
    constexpr std::chrono::milliseconds between_checks(50);
    const auto self = waiting_.emplace(waiting_.end());
    while (free_ == 0 || self != waiting_.begin()) {
      changed_.wait_for(lock, between_checks);
      if (auto go_on = stop.check(); !go_on) {
        waiting_.erase(self);
        changed_.notify_all();
        return go_on.error().code == ErrorCode::limit_exceeded ? refusal() : std::move(go_on).error();
      }
    }
    waiting_.erase(self);
    --free_;
    changed_.notify_all();
    return Place(*this);
  }

  static constexpr uint32_t retry_after_s = 1;

 private:
  struct Waiting {};
  void give_back() {
    const std::lock_guard lock(mutex_);
    ++free_;
    changed_.notify_all();
  }
  Error refusal() const {
    const std::string waiting = waiting_max_ == 0 ? "" : " and " + std::to_string(waiting_max_) + " are waiting";
    Error error(ErrorCode::too_many_requests,
                std::to_string(count_) + " " + what_ + waiting + ", the most at once. Send the request again.");
    error.retry_after_s = retry_after_s;
    return error;
  }

  const int count_;
  const size_t waiting_max_;
  const std::string what_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::list<Waiting> waiting_;  // in the order of arrival
  int free_ = count_;
};

// Places of which one holder, such as a tenant, has a part at most. Nobody waits. Holders are remembered: there is a
// bounded number of them. Threads: any.
class DividedPlaces {
 public:
  struct Limit {
    int count = 0;
    std::string what;  // as of Places
  };
  DividedPlaces(Limit all, Limit of_holder) : all_(all.count, std::move(all.what)), of_holder_(std::move(of_holder)) {}

  struct Place {
    Places::Place held, shared;
  };

  // too_many_requests, naming the limit.
  Result<Place> take(const std::string& holder) {
    auto held = TRY(places_of(holder).take());
    auto shared = TRY(all_.take());
    return Place{std::move(held), std::move(shared)};
  }

 private:
  Places& places_of(const std::string& holder) {
    const std::lock_guard lock(mutex_);
    return holders_.try_emplace(holder, of_holder_.count, of_holder_.what).first->second;
  }

  Places all_;
  const Limit of_holder_;
  std::mutex mutex_;
  std::map<std::string, Places> holders_;
};

}  // namespace vedette::base
