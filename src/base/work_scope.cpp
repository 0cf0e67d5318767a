#include "vedette/base/work_scope.h"

namespace vedette::base {
namespace {

constexpr const char* who = "A function's result";

thread_local const WorkScope* current = nullptr;
thread_local int* steps_left = nullptr;  // of the innermost WorkLimit

}  // namespace

WorkScope::WorkScope(const StopCheck* stop, MemoryBudget* memory)
    : stop_(stop != nullptr || current == nullptr ? stop : current->stop_), memory_(memory), outer_(current) {
  current = this;
}
WorkScope::~WorkScope() { current = outer_; }

WorkLimit::WorkLimit(int steps) : steps_left_(steps), outer_(steps_left) { steps_left = &steps_left_; }
WorkLimit::~WorkLimit() { steps_left = outer_; }

Status may_go_on(int64_t held_bytes) {
  if (steps_left != nullptr && --*steps_left < 0)
    return fail(ErrorCode::limit_exceeded, "A call costs more work than it may.");
  if (current == nullptr) return {};
  if (current->stop_ != nullptr) TRY(current->stop_->check());
  if (current->memory_ == nullptr) return {};
  TRY(current->memory_->charge(held_bytes, who));
  current->memory_->release(held_bytes);
  return {};
}

bool goes_on(int64_t held_bytes) {
  if (may_go_on(held_bytes)) return true;
  const bool stopped = current != nullptr && current->stop_ != nullptr && current->stop_->stopped();
  if (!stopped && current != nullptr && current->memory_ != nullptr) current->memory_->end();
  return false;
}

}  // namespace vedette::base
