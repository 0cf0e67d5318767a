// Rows of a query that are objects: alerts, indicators.
#pragma once

#include <string_view>
#include <vector>

#include "connector_query.h"
#include "vedette/ingest/alert.h"
#include "vedette/json/value.h"

namespace vedette::ingest {

// What a row becomes, and the member without which it is nothing.
struct ObjectForm {
  std::string_view key;
  base::Result<json::Object> (*normalize)(json::Object, const AlertOrigin&);
};

// Of the query's first statement over the rows of source. Sets `taken` for the records that became one.
base::Result<std::vector<json::Object>> read_objects(const ConnectorQuery& query, const columnar::Batch& source,
                                                     const ObjectForm& form, const AlertOrigin& origin,
                                                     std::vector<bool>& taken);

}  // namespace vedette::ingest
