// Whether a series repeats itself, and the part of it that does.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"

namespace vedette::kql {

// The number of elements after which `series` repeats itself, 0 when it does not.
//
// How the engine scores a period is not documented, only that it lies between 0 and 1 and is compared with a threshold,
// that a period has 4 elements at least, and at most half of the series. Here a period is the highest peak of the
// autocorrelation of the series without its trend, and its score the correlation of the series with itself, that many
// elements later. Where the score is near the threshold, or another peak is as high, the engine may see it otherwise:
// not_supported, which tells the caller to give the period.
base::Result<size_t> detect_period(std::string_view function, std::span<const double> series, double threshold);

// For each element the median of those at the same place of a period ("across the periods"); only the first `learned`
// elements count. Zeros for a period of 0. nullopt: a place has no element to learn from.
std::optional<std::vector<double>> seasonal_part(std::span<const double> series, size_t learned, size_t period);

// y = slope · x + intercept with the least squares over x = 0, 1, …
struct Line {
  double slope = 0, intercept = 0;
  double at(size_t x) const { return slope * static_cast<double>(x) + intercept; }
};
Line fitted_line(std::span<const double> series);

}  // namespace vedette::kql
