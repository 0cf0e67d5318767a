#include "execution.h"

namespace vedette::kql {

base::Result<Batch> rows_of(const PlanNode& plan, const std::vector<Subplan>& subplans, const EngineOptions& options,
                            ScanStatistics& statistics) {
  QueryContext query(subplans, options.now, options, nullptr);
  query.add_statistics(statistics);
  HeldRows held(plan.output, query.memory, "evaluate");
  {
    const base::WorkScope scope(&query.stop, &query.memory);
    const StreamPtr stream = TRY(open_plan(plan, query, nullptr));
    while (const auto batch = TRY(stream->next())) TRY(held.append(*batch));
  }
  TRY(query.check());
  statistics = query.statistics();
  return held.finish();
}

base::Result<std::unique_ptr<Execution>> run(std::string_view text, const Catalog& catalog,
                                             const EngineOptions& options) {
  const Query parsed = TRY(parse_or_error(text));
  ScanStatistics statistics;
  BindOptions bind_options{options.now, options.optimizer};
  bind_options.external_data = options.external_data.get();
  bind_options.rows_of_plan = [&](const PlanNode& plan, const std::vector<Subplan>& subplans) {
    return rows_of(plan, subplans, options, statistics);
  };
  const base::WorkScope binding(&options.stop, nullptr);
  auto bound = std::make_shared<BoundQuery>(TRY(bind(parsed, catalog, bind_options)));
  return start_after(statistics, std::move(bound), options, nullptr);
}

}  // namespace vedette::kql
