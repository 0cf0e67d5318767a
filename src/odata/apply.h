// $apply (OData Data Aggregation 4.0): filter(…)s, then one groupby or aggregate. Answers one row for each group.
//
//   apply       = { "filter(" expression ")" "/" } ( groupby | aggregate )
//   groupby     = "groupby((" path { "," path } ")" [ "," aggregate ] ")"
//   aggregate   = "aggregate(" item { "," item } ")"
//   item        = "$count as" alias | path "with" ( "sum" | "min" | "max" | "average" | "countdistinct" ) "as" alias
//
// $orderby by an alias or a path of the groups, $top, $skip and $count apply to the rows. Anything else is refused.
#pragma once

#include "call.h"

namespace vedette::odata {

inline constexpr size_t apply_groups_max = 10'000;
inline constexpr size_t apply_items_max = 20;  // filters, paths or aggregates

base::Result<http::Response> read_aggregates(const Call& call);

}  // namespace vedette::odata
