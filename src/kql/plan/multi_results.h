// Functions whose call stands for several columns. Of series_stats, series_fit_line and their like each column is a
// member of the bag that the function of the same name with `_dynamic` gives; array_sort_asc and array_sort_desc of
// several arrays give one column each.
#pragma once

#include "projection.h"

namespace vedette::kql {

std::vector<std::string_view> multi_result_names();
bool has_multiple_results(const ast::Call& call);
bool names_several_results(std::string_view function);  // whatever its arguments
// The columns under their own names, such as series_stats_x_min.
Result<std::vector<Projected>> bind_multiple_results(Binding& binding, const Rows& rows, const ast::Call& call);
// The call of array_sort_asc or array_sort_desc of several arrays where one value is wanted: an array of them, as in
// array_sort_asc(a, b)[1]. nullopt: it is none.
std::optional<Result<BoundExpression>> bind_arrays_of_results(Binding& binding, const Rows& rows,
                                                              const ast::Call& call);

}  // namespace vedette::kql
