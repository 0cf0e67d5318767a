// What each node of a plan cost in one run: for `hunt --analyze`.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "vedette/kql/plan/plan.h"

namespace vedette::kql {

// Safe from any thread.
class PlanCosts {
 public:
  // Hands on a stream of the node, counting what comes from it. Times of a node hold those of its inputs; of streams
  // that run beside each other they are added up.
  std::unique_ptr<BatchStream> measured(const PlanNode& node, std::unique_ptr<BatchStream> stream);
  void add_scan(const PlanNode& scan, const ScanStatistics& statistics);
  std::string note(const PlanNode& node) const;  // " [rows …, ms …]"; "" when the node gave nothing to measure

 private:
  friend class MeasuredStream;
  struct Cost {
    int64_t rows = 0, nanoseconds = 0;
    size_t streams = 0;
    ScanStatistics scanned;
  };
  mutable std::mutex mutex_;
  std::map<const PlanNode*, Cost> costs_;
};

}  // namespace vedette::kql
