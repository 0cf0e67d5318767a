#pragma once

#include "tabular.h"

namespace vedette::kql {

// `set name = value`. Source: kusto/query/set-statement.md, kusto/api/rest/request-properties.md.
Status bind_set(Binding& binding, const ast::Set& set);
// The time that the query runs at: `set query_now`, else the options' own.
Result<base::DateTime> time_of(const Query& query, const Catalog& catalog, const BindOptions& options);
// What the options make of the query's rows.
Result<PlanPtr> with_set_options(Binding& binding, PlanPtr plan, SourceSpan span);

}  // namespace vedette::kql
