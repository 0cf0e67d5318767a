// The operators of the plan, each a stream over its inputs' streams. One file an operator, or a family of them.
#pragma once

#include "query_context.h"

namespace vedette::kql {

// What an operator with a plan inside it opens.
struct Inner {
  QueryContext& query;
  const PlanNode& plan;
  base::Result<StreamPtr> open(const Batch& apply_input) const { return open_plan(plan, query, &apply_input); }
};

// A node over the streams of its inputs.
base::Result<StreamPtr> open_over(const PlanNode& node, std::vector<StreamPtr> inputs, QueryContext& query);

StreamPtr make_scan(const ScanNode& node, QueryContext& query);
std::vector<StreamPtr> make_split_scan(const ScanNode& node, QueryContext& query);  // one a thread
StreamPtr make_values(const ValuesNode& node, QueryContext& query);
StreamPtr make_range(const RangeNode& node, QueryContext& query);
StreamPtr make_subplan(const SubplanNode& node, QueryContext& query);
StreamPtr make_apply_input(const Batch& rows, QueryContext& query);
StreamPtr make_filter(const FilterNode& node, StreamPtr input, QueryContext& query);
StreamPtr make_project(const ProjectNode& node, StreamPtr input, QueryContext& query);
StreamPtr make_summarize(const SummarizeNode& node, std::vector<StreamPtr> inputs, QueryContext& query);
StreamPtr make_distinct(const DistinctNode& node, StreamPtr input, QueryContext& query);
StreamPtr make_sort(const SortNode& node, StreamPtr input, QueryContext& query);
StreamPtr make_top(const TopNode& node, std::vector<StreamPtr> inputs, QueryContext& query);
StreamPtr make_sample(const SampleNode& node, StreamPtr input, QueryContext& query);
StreamPtr make_take(const TakeNode& node, StreamPtr input, QueryContext& query);
StreamPtr make_count(std::vector<StreamPtr> inputs, QueryContext& query);
StreamPtr make_window(const WindowNode& node, StreamPtr input, QueryContext& query);
// `left` and `right` are split inputs; the answer comes in up to `streams` streams.
std::vector<StreamPtr> make_join(const JoinNode& node, std::vector<StreamPtr> left, std::vector<StreamPtr> right,
                                 size_t streams, QueryContext& query);
StreamPtr make_union(std::vector<StreamPtr> inputs);
StreamPtr make_mv_expand(const MvExpandNode& node, StreamPtr input, QueryContext& query);
StreamPtr make_mv_apply(const MvApplyNode& node, StreamPtr input, QueryContext& query);
StreamPtr make_partition(const PartitionNode& node, StreamPtr input, QueryContext& query);
StreamPtr make_step_scan(const StepScanNode& node, StreamPtr input, QueryContext& query);
StreamPtr make_graph_match(const GraphMatchNode& node, std::vector<StreamPtr> inputs, QueryContext& query);
StreamPtr make_graph_components(const GraphComponentsNode& node, std::vector<StreamPtr> inputs, QueryContext& query);
StreamPtr make_reduce(const ReduceNode& node, StreamPtr input, QueryContext& query);
StreamPtr make_patterns(const PatternsNode& node, StreamPtr input, QueryContext& query);
StreamPtr make_parse(const ParseNode& node, StreamPtr input, QueryContext& query);
StreamPtr make_parse_kv(const ParseKvNode& node, StreamPtr input, QueryContext& query);
StreamPtr make_make_series(const MakeSeriesNode& node, StreamPtr input, QueryContext& query);

}  // namespace vedette::kql
