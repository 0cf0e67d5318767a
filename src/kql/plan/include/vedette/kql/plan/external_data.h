// Where `externaldata` reads from. Whoever runs queries says whether they may read anything outside, and how.
// Source: kusto/query/externaldata-operator.md.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/kql/plan/table_source.h"

namespace vedette::kql {

// `externaldata (columns) [uris] with (properties)`.
struct ExternalDataRequest {
  std::vector<std::string> columns;
  std::vector<std::string> uris;
  std::map<std::string, std::string> properties;  // names in lower case; values as texts
};

class ExternalData {
 public:
  virtual ~ExternalData() = default;
  // A table whose columns are `string` or `dynamic`; one that stands where a column of the request does is that column,
  // and the query converts it. Nothing is fetched before the table is scanned. Errors: external_data_disabled for a uri
  // that may not be read, not_supported for a property. Belongs to one query; safe from its threads.
  virtual base::Result<std::shared_ptr<const TableSource>> open(const ExternalDataRequest& request) const = 0;
};

}  // namespace vedette::kql
