// The call that a thread is computing, so that a loop anywhere inside a kernel can ask whether to go on, and how much
// memory is left, without a parameter through every layer. Whoever calls a kernel opens a scope around it.
#pragma once

#include "vedette/kql/functions/function.h"

namespace vedette::kql {

class CallScope {
 public:
  explicit CallScope(const CallContext& context);
  ~CallScope();
  CallScope(const CallScope&) = delete;
  CallScope& operator=(const CallScope&) = delete;

 private:
  const CallContext* const outer_;
};

// While it lives, calls of this thread may go on so often, and then end in limit_exceeded: a bound on work that is the
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

// Asked before about a millisecond's work. `held_bytes` are those that the call holds and nobody has charged yet.
// Errors: cancelled, limit_exceeded. Without a scope everything may go on.
base::Status may_go_on(int64_t held_bytes = 0);

// A text that a function makes has at most this many bytes.
inline constexpr size_t text_bytes_max = 64 << 20;
base::Error text_too_long();

// limit_exceeded when a dynamic among a function's results is nested deeper than dynamic_depth_max, or weighs more than
// dynamic_weight_max. Whoever calls a kernel asks, so that no function ever gets such a value.
base::Status check_dynamics(const Vector& results);

}  // namespace vedette::kql
