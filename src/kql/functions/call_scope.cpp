#include "vedette/kql/functions/call_scope.h"

#include <algorithm>
#include <string>

namespace vedette::kql {
namespace {

thread_local const CallContext* current = nullptr;
thread_local int* steps_left = nullptr;  // of the innermost WorkLimit

}  // namespace

CallScope::CallScope(const CallContext& context) : outer_(current) { current = &context; }
CallScope::~CallScope() { current = outer_; }

WorkLimit::WorkLimit(int steps) : steps_left_(steps), outer_(steps_left) { steps_left = &steps_left_; }
WorkLimit::~WorkLimit() { steps_left = outer_; }

base::Status may_go_on(int64_t held_bytes) {
  if (steps_left != nullptr && --*steps_left < 0)
    return base::fail(base::ErrorCode::limit_exceeded, "A call costs more work than it may.");
  if (current == nullptr) return {};
  if (current->stop != nullptr) TRY(current->stop->check());
  if (held_bytes == 0 || current->memory == nullptr) return {};
  TRY(current->memory->charge(held_bytes, "A function's result"));
  current->memory->release(held_bytes);
  return {};
}

base::Error text_too_long() {
  return base::fail(base::ErrorCode::limit_exceeded, "A function makes a text of more than " +
                                                         std::to_string(text_bytes_max >> 20) +
                                                         " MiB, the most that is allowed (text_bytes_max).");
}

base::Status check_dynamics(const Vector& results) {
  if (results.type() != Type::dynamic) return {};
  const Vector values = results.is_selected() ? results.base() : results;
  const auto view = values.view<columnar::Dynamic>();
  const size_t rows = values.is_constant() ? std::min<size_t>(values.size(), 1) : values.size();
  for (size_t row = 0; row < rows; ++row) {
    if (view.is_null(row)) continue;
    if (view[row].depth() > columnar::dynamic_depth_max)
      return base::fail(base::ErrorCode::limit_exceeded, "A dynamic value is nested deeper than " +
                                                             std::to_string(columnar::dynamic_depth_max) +
                                                             " levels, the most that is allowed (dynamic_depth_max).");
    if (view[row].weight() > columnar::dynamic_weight_max)
      return base::fail(base::ErrorCode::limit_exceeded,
                        "A dynamic value has more than 2^" + std::to_string(columnar::dynamic_weight_max) +
                            " elements, the most that is allowed (dynamic_weight_max).");
  }
  return {};
}

}  // namespace vedette::kql
