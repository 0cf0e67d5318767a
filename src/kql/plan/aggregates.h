// Aggregate calls inside the expressions of summarize and make-series.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "expressions.h"

namespace vedette::kql {

// The calls of one summarize. Expressions over its results see them as the columns after the keys.
struct AggregateSink {
  Rows rows;                        // what the arguments see: the summarize's input
  size_t keys = 0;                  // columns before the first result
  std::vector<size_t> key_columns;  // input columns that are keys as they are: `*` leaves them out
  std::vector<AggregateCall> calls;
  std::vector<columnar::Column> results;  // of all calls, in order, with their names
};

struct AggregateResults {
  size_t first = 0;  // into AggregateSink::results
  size_t count = 0;
};

bool is_aggregate(std::string_view name);
Result<AggregateResults> bind_aggregate(Binding& binding, AggregateSink& sink, const ast::Call& call);
BoundExpression result_column(const AggregateSink& sink, size_t result, SourceSpan span);

}  // namespace vedette::kql
