#include "plan_costs.h"

#include <chrono>
#include <cstdio>

namespace vedette::kql {

class MeasuredStream final : public BatchStream {
 public:
  MeasuredStream(PlanCosts& costs, const PlanNode& node, std::unique_ptr<BatchStream> stream)
      : costs_(costs), node_(node), stream_(std::move(stream)) {}
  ~MeasuredStream() override {
    const std::lock_guard lock(costs_.mutex_);
    PlanCosts::Cost& cost = costs_.costs_[&node_];
    cost.rows += rows_;
    cost.nanoseconds += nanoseconds_;
    ++cost.streams;
  }

  base::Result<std::optional<columnar::Batch>> next() override {
    const auto begun = std::chrono::steady_clock::now();
    auto batch = stream_->next();
    nanoseconds_ += std::chrono::nanoseconds(std::chrono::steady_clock::now() - begun).count();
    if (batch && *batch) rows_ += static_cast<int64_t>((*batch)->rows);
    return batch;
  }

 private:
  PlanCosts& costs_;
  const PlanNode& node_;
  const std::unique_ptr<BatchStream> stream_;
  int64_t rows_ = 0, nanoseconds_ = 0;
};

std::unique_ptr<BatchStream> PlanCosts::measured(const PlanNode& node, std::unique_ptr<BatchStream> stream) {
  return std::make_unique<MeasuredStream>(*this, node, std::move(stream));
}

void PlanCosts::add_scan(const PlanNode& scan, const ScanStatistics& statistics) {
  const std::lock_guard lock(mutex_);
  ScanStatistics& all = costs_[&scan].scanned;
  all.rows_scanned += statistics.rows_scanned;
  all.bytes_read += statistics.bytes_read;
}

std::string PlanCosts::note(const PlanNode& node) const {
  const std::lock_guard lock(mutex_);
  const auto at = costs_.find(&node);
  if (at == costs_.end()) return {};
  const Cost& cost = at->second;
  char text[160];
  const int size =
      std::snprintf(text, sizeof text, "  [%lld rows, %.3f ms, %zu streams", static_cast<long long>(cost.rows),
                    static_cast<double>(cost.nanoseconds) / 1e6, cost.streams);
  std::string out(text, static_cast<size_t>(size));
  if (node.kind == NodeKind::scan)
    out += ", of " + std::to_string(cost.scanned.rows_scanned) + " rows scanned, " +
           std::to_string(cost.scanned.bytes_read) + " bytes read";
  return out + "]";
}

}  // namespace vedette::kql
