// For whom a thread is working, so that a loop anywhere can ask whether to go on, and how much memory is left, without
// a parameter through every layer. Whoever calls such loops opens a scope around them.
#pragma once

#include "vedette/base/deadline.h"

namespace vedette::base {

class WorkScope {
 public:
  // Without a stop, that of the scope around is asked; without a budget, memory is not.
  WorkScope(const StopCheck* stop, MemoryBudget* memory);
  ~WorkScope();
  WorkScope(const WorkScope&) = delete;
  WorkScope& operator=(const WorkScope&) = delete;

 private:
  friend Status may_go_on(int64_t held_bytes);
  friend bool goes_on(int64_t held_bytes);
  const StopCheck* const stop_;
  MemoryBudget* const memory_;
  const WorkScope* const outer_;
};

// While it lives, work of this thread may go on so often, and then ends in limit_exceeded: a bound on work that is the
// same on every machine.
class WorkLimit {
 public:
  explicit WorkLimit(int steps);
  ~WorkLimit();
  WorkLimit(const WorkLimit&) = delete;
  WorkLimit& operator=(const WorkLimit&) = delete;

 private:
  int steps_left_;
  int* const outer_;
};

// Asked before about a millisecond's work. `held_bytes` are those that the work holds and nobody has charged yet.
// Errors: cancelled, limit_exceeded. Without a scope everything may go on.
Status may_go_on(int64_t held_bytes = 0);

// The same for a loop that cannot return an error: once it is false, the loop ends and leaves any value. Nothing is
// ever made of that value, as the stop check stays stopped and the budget ended for whoever looks next.
bool goes_on(int64_t held_bytes = 0);

// For a loop inside a value: asks once in so many steps, of which each is a few nanoseconds. Once it has said no, it
// says so at once.
class StepWatch {
 public:
  bool go_on(size_t steps = 1, int64_t held_bytes = 0) {
    if ((seen_ += steps) < steps_between) return true;
    if (!ended_ && goes_on(held_bytes)) {
      seen_ = 0;
      return true;
    }
    ended_ = true;
    seen_ = steps_between;
    return false;
  }

 private:
  static constexpr size_t steps_between = 1 << 17;
  size_t seen_ = 0;
  bool ended_ = false;
};

}  // namespace vedette::base
