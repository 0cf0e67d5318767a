#include "execution.h"
#include "vedette/kql/plan/explain.h"

namespace vedette::kql {
namespace {

class PlanExecution final : public Execution {
 public:
  PlanExecution(std::shared_ptr<const BoundQuery> bound, const EngineOptions& options, const Catalog* catalog)
      : bound_(std::move(bound)), query_(bound_->subplans, bound_->now, options, catalog) {}

  base::Status open(const ScanStatistics& before) {
    query_.add_statistics(before);
    const base::WorkScope scope(&query_.stop, &query_.memory);
    rows_ = TRY(open_plan(*bound_->root, query_, nullptr));
    return {};
  }

  base::Result<std::optional<Batch>> next() override {
    const base::WorkScope scope(&query_.stop, &query_.memory);
    TRY(query_.check());
    auto batch = TRY(rows_->next());
    TRY(query_.check());  // what a loop inside a value could not say
    return batch;
  }
  const Schema& schema() const override { return bound_->root->output; }
  const std::vector<base::Error>& warnings() const override { return bound_->warnings; }
  ScanStatistics statistics() const override { return query_.statistics(); }
  std::string analysis() override {
    rows_.reset();
    return query_.costs ? explain(*bound_, [&](const PlanNode& node) { return query_.costs->note(node); })
                        : explain(*bound_);
  }
  int64_t held_bytes() const override { return query_.memory.used_bytes(); }

 private:
  const std::shared_ptr<const BoundQuery> bound_;
  QueryContext query_;
  StreamPtr rows_;
};

}  // namespace

base::Result<std::unique_ptr<Execution>> start_after(const ScanStatistics& before,
                                                     std::shared_ptr<const BoundQuery> query,
                                                     const EngineOptions& options, const Catalog* catalog) {
  auto execution = std::make_unique<PlanExecution>(std::move(query), options, catalog);
  TRY(execution->open(before));
  return std::unique_ptr<Execution>(std::move(execution));
}

base::Result<std::unique_ptr<Execution>> start(std::shared_ptr<const BoundQuery> query, const EngineOptions& options,
                                               const Catalog* catalog) {
  return start_after({}, std::move(query), options, catalog);
}

}  // namespace vedette::kql
