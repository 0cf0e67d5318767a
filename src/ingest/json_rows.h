// NDJSON to the columns of a table in one pass: a value goes from the text into its column, a text that the column has
// seen before as its number. It says of a record what the query of table_connector.cpp would say, or leaves it to that:
// values that are not of their column's kind, repeated members, escapes in names, wrong JSON.
#pragma once

#include <memory>

#include "vedette/ingest/row_builder.h"
#include "vedette/tables/declaration.h"

namespace vedette::ingest {

// `table` outlives the builder.
std::unique_ptr<RowBuilder> build_json_rows(const tables::TableDeclaration& table);

}  // namespace vedette::ingest
