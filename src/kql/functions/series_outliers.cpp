#include "series_outliers.h"

#include <algorithm>
#include <cmath>

#include "families.h"
#include "series.h"
#include "vedette/base/run_sort.h"

namespace vedette::kql {
namespace {

using base::Result;
using columnar::Arena;
using columnar::Dynamic;
using columnar::DynamicKind;

struct Method {
  std::string_view name;
  double low, high, factor;
};
constexpr Method methods[] = {{"tukey", 0.25, 0.75, 1}, {"ctukey", 0.1, 0.9, 2.7726056055079145}};

base::Error no_outliers(const std::string& what) {
  return base::fail(base::ErrorCode::not_supported, "Outliers of a series: " + what);
}

double percentile(const Reals& sorted, double share) {
  const double at = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<size_t>(at);
  if (below + 1 >= sorted.size()) return sorted.back();
  return sorted[below] + (sorted[below + 1] - sorted[below]) * (at - static_cast<double>(below));
}

Reals sorted_values(std::span<const std::optional<double>> series) {
  Reals out;
  for (const auto& value : series)
    if (value) out.push_back(*value);
  base::sort_in_runs(out);
  return out;
}

double score_of(double value, double low, double high, double factor) {
  if (value >= low && value <= high) return 0;
  return (value - (value > high ? high : low)) / (high - low) * factor;
}

}  // namespace

Result<Reals> outlier_scores(std::span<const std::optional<double>> series, std::string_view method,
                             size_t test_points) {
  const auto* found =
      std::find_if(std::begin(methods), std::end(methods), [&](const Method& m) { return m.name == method; });
  if (found == std::end(methods)) return no_outliers("the method is 'tukey' or 'ctukey'.");
  Reals scores(series.size(), 0.0);
  const Reals values = sorted_values(series.first(series.size() - std::min(test_points, series.size())));
  if (values.empty()) return scores;
  const double low = percentile(values, found->low), high = percentile(values, found->high);
  for (size_t i = 0; i < series.size(); ++i) {
    if (!series[i]) continue;
    if (!std::isfinite(*series[i])) return no_outliers("an element is no finite number.");
    scores[i] = score_of(*series[i], low, high, found->factor);
    if (!std::isfinite(scores[i])) return no_outliers("the percentiles are equal, so that there is no score.");
  }
  return scores;
}

namespace {

// The percentiles of "ctukey" may be given as their defaults: the factor for others is not documented.
base::Status check_percentiles(std::span<const Vector> arguments, size_t row) {
  constexpr double defaults[] = {10, 90};
  for (size_t i = 3; i < std::min<size_t>(arguments.size(), 5); ++i) {
    const auto view = arguments[i].view<double>();
    if (!view.is_null(row) && view[row] != defaults[i - 3])
      return no_outliers("only the percentiles 10 and 90 are supported.");
  }
  return {};
}

std::vector<std::optional<double>> elements_of(const Dynamic& series, std::optional<double> ignored) {
  std::vector<std::optional<double>> out;
  for (const Dynamic& value : series.items()) {
    const bool counts = is_number(value) && !(ignored && real_of(value) == *ignored);
    out.push_back(counts ? std::optional(real_of(value)) : std::nullopt);
  }
  return out;
}

Result<Vector> outliers(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  const auto view = arguments[0].view<Dynamic>();
  return dynamic_of_rows(rows, [&](Arena& arena, size_t row) -> Result<std::optional<Dynamic>> {
    if (view.is_null(row) || view[row].kind() != DynamicKind::array) return std::optional<Dynamic>();
    if (has_times(view[row])) return times_in_series();
    TRY(check_percentiles(arguments, row));
    const std::string_view method =
        arguments.size() > 1 ? arguments[1].view<std::string_view>()[row] : std::string_view("ctukey");
    std::optional<double> ignored;
    if (arguments.size() > 2 && !arguments[2].is_null(row)) ignored = arguments[2].view<double>()[row];
    return std::optional(array_of(arena, TRY(outlier_scores(elements_of(view[row], ignored), method, 0))));
  });
}

constexpr ScalarFunction series_outliers_table[] = {
    {"series_outliers",
     "(dynamic, kind: string?, ignore_val: real?, min_percentile: real?, max_percentile: real?) -> dynamic", outliers,
     "How far elements lie outside of a series' normal range; 1.5 or more are outliers."},
};

}  // namespace

std::span<const ScalarFunction> series_outliers_functions() { return series_outliers_table; }

}  // namespace vedette::kql
