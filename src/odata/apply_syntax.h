// The parsed $apply, bound to the model.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "query.h"
#include "vedette/base/result.h"

namespace vedette::odata {

enum class Aggregation : uint8_t { count, sum, min, max, average, count_distinct };

struct GroupPath {
  std::vector<std::string> path;
  edm::TypeRef type;
  std::string text;  // "vendorInformation/vendor"
};

struct Aggregate {
  Aggregation method = Aggregation::count;
  GroupPath of;  // empty for $count
  std::string alias;
};

struct Apply {
  std::vector<std::string> filters;  // texts of filter expressions
  std::vector<GroupPath> groups;
  std::vector<Aggregate> aggregates;
};

// bad_request with the target $apply.
base::Result<Apply> parse_apply(std::string_view text, const Source& source);

}  // namespace vedette::odata
