// How far the elements of a series lie outside of its normal range.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"

namespace vedette::kql {

// Tukey's test: 0 within the range between two percentiles, which are interpolated, else the distance from it in
// ranges; above 0 for what is greater. `method` is "tukey" (25 and 75 %) or "ctukey" (10 and 90 %, scaled so that 1.5
// means the same for normally distributed values). Missing elements score 0. The last `test_points` elements do not
// count for the percentiles. Sources: kusto/query/series-outliers-function.md; the factor of "ctukey" and the way to
// the percentiles: an answer of the function's author, stackoverflow.com/a/75273928, with its numbers.
base::Result<std::vector<double>> outlier_scores(std::span<const std::optional<double>> series, std::string_view method,
                                                 size_t test_points);

}  // namespace vedette::kql
