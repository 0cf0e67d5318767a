#include "parallel.h"

#include <atomic>
#include <thread>

#include "operators.h"

namespace vedette::kql {
namespace {

base::Result<std::vector<StreamPtr>> split_union(const PlanNode& node, QueryContext& query, ApplyInput apply_input) {
  std::vector<std::vector<StreamPtr>> by_thread;
  for (const PlanPtr& input : node.inputs) {
    auto streams = TRY(open_split(*input, query, apply_input));
    if (by_thread.size() < streams.size()) by_thread.resize(streams.size());
    for (size_t i = 0; i < streams.size(); ++i) by_thread[i].push_back(std::move(streams[i]));
  }
  std::vector<StreamPtr> unions;
  for (std::vector<StreamPtr>& streams : by_thread) unions.push_back(make_union(std::move(streams)));
  return unions;
}

std::vector<StreamPtr> measured_scan(const ScanNode& node, QueryContext& query) {
  auto streams = make_split_scan(node, query);
  if (query.costs)
    for (StreamPtr& stream : streams) stream = query.costs->measured(node, std::move(stream));
  return streams;
}

}  // namespace

base::Result<std::vector<StreamPtr>> open_join(const JoinNode& node, size_t streams, QueryContext& query,
                                               ApplyInput apply_input) {
  auto left = TRY(open_split(*node.inputs[0], query, apply_input));
  auto right = TRY(open_split(*node.inputs[1], query, apply_input));
  auto joined = make_join(node, std::move(left), std::move(right), streams, query);
  if (query.costs)
    for (StreamPtr& stream : joined) stream = query.costs->measured(node, std::move(stream));
  return joined;
}

base::Result<std::vector<StreamPtr>> open_split(const PlanNode& node, QueryContext& query, ApplyInput apply_input) {
  std::vector<StreamPtr> streams;
  const bool one_input = node.inputs.size() == 1;
  if (query.threads > 1 && node.kind == NodeKind::scan) return measured_scan(static_cast<const ScanNode&>(node), query);
  if (query.threads > 1 && node.kind == NodeKind::set_union && !node.inputs.empty())
    return split_union(node, query, apply_input);
  if (query.threads > 1 && node.kind == NodeKind::join)
    return open_join(static_cast<const JoinNode&>(node), static_cast<size_t>(query.threads), query, apply_input);
  const bool rowwise = node.kind == NodeKind::filter || node.kind == NodeKind::project ||
                       node.kind == NodeKind::mv_expand || node.kind == NodeKind::parse ||
                       node.kind == NodeKind::parse_kv;
  if (query.threads > 1 && rowwise && one_input) {
    for (StreamPtr& input : TRY(open_split(*node.inputs[0], query, apply_input))) {
      std::vector<StreamPtr> inputs;
      inputs.push_back(std::move(input));
      streams.push_back(TRY(open_over(node, std::move(inputs), query)));
    }
    return streams;
  }
  streams.push_back(TRY(open_plan(node, query, apply_input)));
  return streams;
}

base::Status for_each_batch(const std::vector<StreamPtr>& streams, QueryContext& query,
                            const std::function<base::Status(size_t, Batch&)>& consume) {
  std::atomic<bool> failed = false;
  std::vector<base::Status> results(streams.size());
  const auto run = [&](size_t i) -> base::Status {
    const base::WorkScope scope(&query.stop, &query.memory);
    while (!failed) {
      TRY(query.stop.check());
      auto batch = TRY(streams[i]->next());
      if (!batch) break;
      TRY(consume(i, *batch));
    }
    return {};
  };
  const auto run_and_tell = [&](size_t i) {
    results[i] = run(i);
    if (!results[i]) failed = true;
  };
  {
    std::vector<std::jthread> threads;
    for (size_t i = 1; i < streams.size(); ++i) threads.emplace_back(run_and_tell, i);
    if (!streams.empty()) run_and_tell(0);
  }
  for (base::Status& result : results)
    if (!result) return std::move(result);
  return {};
}

}  // namespace vedette::kql
