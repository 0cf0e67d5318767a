// The states of aggregate calls for numbered groups, as summarize and make-series keep them.
#pragma once

#include "evaluator.h"

namespace vedette::kql {

class Aggregation {
 public:
  Aggregation(const AggregateCall& call, QueryContext& query);
  base::Status create();
  // Row i of `batch` belongs to groups[i], below group_count.
  base::Status update(const Batch& batch, std::span<const uint32_t> groups, size_t group_count);
  // Adds other's group i to groups[i].
  base::Status merge(Aggregation& other, std::span<const uint32_t> groups, size_t group_count);
  base::Result<std::vector<Vector>> finish(size_t group_count);
  int64_t held_bytes() const { return accumulator_->held_bytes(); }

 private:
  const AggregateCall& call_;
  QueryContext& query_;
  std::vector<Evaluator> arguments_;
  std::unique_ptr<Accumulator> accumulator_;
  std::shared_ptr<void> state_;
};

}  // namespace vedette::kql
