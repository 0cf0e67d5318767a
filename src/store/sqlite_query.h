// One page of a query, read from a snapshot: SQL walks an index in the order of the query from the place where the page
// before ended, and the evaluator decides what SQL cannot.
#pragma once

#include "page_cursor.h"
#include "row_estimates.h"
#include "sqlite_schema.h"

namespace vedette::store {

// The tenant's number, and the sequence of its newest write.
struct StoredTenant {
  int64_t number = 0, newest = 0;
};

base::Result<QueryPage> query_page(Connection& connection, const StoredCollection& collection,
                                   const StoredTenant& tenant, const Query& query, RowEstimates& estimates,
                                   base::DateTime now);

}  // namespace vedette::store
