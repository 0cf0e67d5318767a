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
  // Whether the rows change nothing, whichever of the groups they belong to. Asked of columns as they are.
  base::Result<bool> is_settled(const Batch& batch, std::span<const uint32_t> groups);
  // count() looks at nothing but which rows there are: groups[i] may get weights[i] of them at once.
  bool counts_rows_only() const { return call_.function->name == "count" && call_.arguments.empty(); }
  void add_rows(std::span<const uint32_t> groups, std::span<const int64_t> weights, size_t group_count);
  // Adds other's group i to groups[i].
  base::Status merge(Aggregation& other, std::span<const uint32_t> groups, size_t group_count);
  base::Result<std::vector<Vector>> finish(size_t group_count);
  int64_t held_bytes() const {
    return accumulator_->held_bytes() + static_cast<int64_t>(counts_.capacity() * sizeof(int64_t));
  }

 private:
  const AggregateCall& call_;
  QueryContext& query_;
  std::vector<Evaluator> arguments_;
  std::unique_ptr<Accumulator> accumulator_;
  std::vector<int64_t> counts_;  // what add_rows() has brought, by group
  std::shared_ptr<void> state_;
};

}  // namespace vedette::kql
