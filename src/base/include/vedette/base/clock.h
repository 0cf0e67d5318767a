// The one clock. Everything that asks for the time takes a Clock&, so that `--now` and tests can fix it.
#pragma once

#include <atomic>

#include "vedette/base/time.h"

namespace vedette::base {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual DateTime now() const = 0;  // safe from any thread
};

class SystemClock final : public Clock {
 public:
  DateTime now() const override;
};

// Stands still until it is moved.
class FixedClock final : public Clock {
 public:
  explicit FixedClock(DateTime now) : ticks_(now.ticks) {}
  DateTime now() const override { return {ticks_.load()}; }
  void set(DateTime now) { ticks_ = now.ticks; }
  void advance(TimeSpan by) { ticks_ += by.ticks; }

 private:
  std::atomic<int64_t> ticks_;
};

}  // namespace vedette::base
