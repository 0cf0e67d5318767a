// One page of a query, read from a snapshot: SQL walks an index in the order of the query from the place where the page
// before ended, and the evaluator decides what SQL cannot.
#pragma once

#include "page_cursor.h"
#include "sqlite_schema.h"

namespace vedette::store {

base::Result<QueryPage> query_page(Connection& connection, const StoredCollection& collection, int64_t tenant,
                                   const Query& query);

}  // namespace vedette::store
