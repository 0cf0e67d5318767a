// What the operators of one run share: its clock, limits, statistics, and the rows of its subplans. Safe from the
// threads of the run.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "held_rows.h"
#include "memory_charge.h"
#include "plan_costs.h"
#include "vedette/base/work_scope.h"
#include "vedette/kql/exec/engine.h"

namespace vedette::kql {

using StreamPtr = std::unique_ptr<BatchStream>;
using columnar::Batch;
using columnar::Schema;
using columnar::Selection;

class QueryContext {
 public:
  QueryContext(const std::vector<Subplan>& subplans, base::DateTime now, const EngineOptions& options,
               const Catalog* catalog);

  const base::DateTime now;
  const Catalog* const catalog;
  const size_t batch_rows;
  const int threads;
  const base::StopCheck stop;
  base::MemoryBudget memory;
  const std::unique_ptr<PlanCosts> costs;  // null unless they are asked for

  // Whether the query may go on.
  base::Status check() const {
    TRY(stop.check());
    return memory.check();
  }

  void add_statistics(const ScanStatistics& more);
  ScanStatistics statistics() const;

  // `state` is a call site's own (CallContext::state).
  CallContext call(std::shared_ptr<void>* state = nullptr) { return {now, &stop, &memory, state}; }

  // The rows of subplans[index], computed when first asked for and kept to the end of the run.
  base::Result<const Batch*> subplan_rows(size_t index);
  // The one-row value of a subquery expression.
  base::Result<Vector> subquery_value(const BoundExpression& subquery);

 private:
  struct SubplanResult {
    std::mutex mutex;
    std::unique_ptr<HeldRows> held;
    std::optional<Batch> rows;
  };
  // One lock a subplan: whoever computes it may need those before it, never itself.
  const std::vector<Subplan>& plans_;
  std::vector<SubplanResult> subplans_;
  mutable std::mutex statistics_mutex_;
  ScanStatistics statistics_;
};

// A view of the rows that mv-apply or partition applies its subplan to; null outside of them.
using ApplyInput = const Batch*;

// The stream of a node. Opens its inputs; reads nothing yet.
base::Result<StreamPtr> open_plan(const PlanNode& node, QueryContext& query, ApplyInput apply_input);

// Rows that are already held, handed on in slices of the query's batch size.
class Slices {
 public:
  Slices() = default;
  explicit Slices(Batch rows) : rows_(std::move(rows)) {}
  std::optional<Batch> next(size_t batch_rows);

 private:
  Batch rows_;
  size_t at_ = 0;
};

}  // namespace vedette::kql
