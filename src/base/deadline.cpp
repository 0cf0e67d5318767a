#include "vedette/base/deadline.h"

namespace vedette::base {

bool StopCheck::stopped() const { return token_.stop_requested() || std::chrono::steady_clock::now() >= deadline_; }

Status StopCheck::check() const {
  if (token_.stop_requested()) return fail(ErrorCode::cancelled, "The operation was cancelled.");
  if (std::chrono::steady_clock::now() >= deadline_)
    return fail(ErrorCode::limit_exceeded, "The operation ran longer than its time limit allows.");
  return {};
}

Error MemoryBudget::refusal(const char* who) const {
  return Error(ErrorCode::limit_exceeded, std::string("The query needs more memory than the limit of ") +
                                              std::to_string(limit_bytes_) + " bytes (in " + who + ").");
}

Status MemoryBudget::charge(int64_t bytes, const char* who) {
  const int64_t before = used_bytes_.fetch_add(bytes);
  if (before + bytes <= limit_bytes_ && !ended_) return {};
  used_bytes_ -= bytes;
  return refusal(who);
}

Status MemoryBudget::check() const {
  if (ended_) return refusal("a value of a row");
  return {};
}

}  // namespace vedette::base
