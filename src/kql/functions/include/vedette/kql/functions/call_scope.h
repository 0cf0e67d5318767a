// The call that a thread is computing: what a loop anywhere inside a kernel asks whether to go on.
#pragma once

#include "vedette/base/work_scope.h"
#include "vedette/kql/functions/function.h"

namespace vedette::kql {

using base::may_go_on;
using base::StepWatch;
using base::WorkLimit;

class CallScope : public base::WorkScope {
 public:
  explicit CallScope(const CallContext& context) : WorkScope(context.stop, context.memory) {}
};

// A text that a function makes has at most this many bytes.
inline constexpr size_t text_bytes_max = 64 << 20;
base::Error text_too_long();

// limit_exceeded when a dynamic among a function's results is nested deeper than dynamic_depth_max, or weighs more than
// dynamic_weight_max. Whoever calls a kernel asks, so that no function ever gets such a value.
base::Status check_dynamics(const Vector& results);

}  // namespace vedette::kql
