// A hidden column of a table, carried through a bound query to its result: which input row gave each output row.
//
// Ingestion asks a connector's query so which record each event came from. That has an answer only where every row of
// the result comes from one row of the table: filter, project, mv-expand, mv-apply, union, parse, parse-kv, serialize,
// and the left side of joins other than innerunique. Operators that mix rows (summarize, sort, top, take, distinct, …)
// are refused by name when they stand over the table. What does not read the table (the right side of a lookup) may
// hold anything.
#pragma once

#include <string_view>

#include "vedette/base/result.h"
#include "vedette/kql/plan/plan.h"

namespace vedette::kql {

// Adds `column` of the scans of `table` as the last output column of the root. `column` is one of the table's schema,
// usually a hidden one (table_source.h). Errors: semantic_error when the query does not read the table or the table
// has no such column, not_supported with the span of what mixes rows. A query that failed must not be run.
base::Status carry_column(BoundQuery& query, std::string_view table, std::string_view column);

}  // namespace vedette::kql
