// Functions whose call stands for several columns: series_stats, series_fit_line. Each column is a member of the bag
// that the function of the same name with `_dynamic` gives.
#pragma once

#include "projection.h"

namespace vedette::kql {

bool has_multiple_results(std::string_view function);
// The columns under their own names, such as series_stats_x_min.
Result<std::vector<Projected>> bind_multiple_results(Binding& binding, const Rows& rows, const ast::Call& call);

}  // namespace vedette::kql
