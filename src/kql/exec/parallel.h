// Blocking operators may read their input with several threads.
//
// A plan that only filters and computes over scans can be opened as several streams: each thread takes a large piece of
// the table at a time, so that a dictionary is mostly worked on by one thread. What has an order, or a state, is one
// stream. The order of the rows is then not fixed, which KQL allows without a sort.
#pragma once

#include <functional>

#include "query_context.h"

namespace vedette::kql {

// Streams whose rows together are the node's: up to query.threads of them.
base::Result<std::vector<StreamPtr>> open_split(const PlanNode& node, QueryContext& query, ApplyInput apply_input);

// A join as up to `streams` streams.
base::Result<std::vector<StreamPtr>> open_join(const JoinNode& node, size_t streams, QueryContext& query,
                                               ApplyInput apply_input);

// Calls consume(i, batch) for every batch of stream i, each stream on a thread of its own. The first error ends all.
base::Status for_each_batch(const std::vector<StreamPtr>& streams, QueryContext& query,
                            const std::function<base::Status(size_t, Batch&)>& consume);

// Rows of a table that a thread takes at a time when there are several.
// They come from it in pieces of so many batches: what reads all rows anyway does better with fewer of them.
inline constexpr size_t split_scan_batches = 32;
inline constexpr size_t morsel_rows = 1'048'576;

}  // namespace vedette::kql
