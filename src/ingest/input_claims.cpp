#include "vedette/ingest/input_claims.h"

namespace vedette::ingest {

InputClaims::Claim InputClaims::wait_for(std::string name) {
  std::unique_lock lock(mutex_);
  released_.wait(lock, [&] { return !held_.contains(name); });
  held_.insert(name);
  return Claim(*this, std::move(name));
}

void InputClaims::release(const std::string& name) {
  {
    const std::lock_guard lock(mutex_);
    held_.erase(name);
  }
  released_.notify_all();
}

}  // namespace vedette::ingest
