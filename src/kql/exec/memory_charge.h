// Bytes charged to the query's budget for as long as their holder lives.
#pragma once

#include "vedette/base/deadline.h"

namespace vedette::kql {

class MemoryCharge {
 public:
  MemoryCharge(base::MemoryBudget& budget, const char* who) : budget_(budget), who_(who) {}
  MemoryCharge(const MemoryCharge&) = delete;
  MemoryCharge& operator=(const MemoryCharge&) = delete;
  ~MemoryCharge() { budget_.release(bytes_); }

  // The holder now holds `bytes` in all. limit_exceeded naming `who`; the charge is then as before.
  base::Status set(int64_t bytes) {
    if (bytes > bytes_) {
      TRY(budget_.charge(bytes - bytes_, who_));
    } else {
      budget_.release(bytes_ - bytes);
    }
    bytes_ = bytes;
    return {};
  }
  int64_t bytes() const { return bytes_; }

 private:
  base::MemoryBudget& budget_;
  const char* const who_;
  int64_t bytes_ = 0;
};

}  // namespace vedette::kql
