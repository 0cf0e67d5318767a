// series_decompose, series_decompose_anomalies, series_decompose_forecast and series_seasonal: a series as the sum of a
// season, a trend and a rest. Source: kusto/query: series-decompose-function.md ("Component execution order") and the
// pages of the others.
#include <algorithm>
#include <cmath>

#include "dynamic_rows.h"
#include "families.h"
#include "seasons.h"
#include "series.h"
#include "series_outliers.h"

namespace vedette::kql {
namespace {

using base::Result;
using columnar::Arena;
using columnar::Dynamic;
using columnar::DynamicMember;

using Text = std::string_view;

struct Decomposition {
  Reals baseline, seasonal, trend, residual;
};

struct Settings {
  int64_t seasonality = -1;  // -1: to be detected; 0: none; else the period
  Text trend = "avg";
  int64_t test_points = 0;  // at the end, not learned from
  double threshold = 0.6;   // of detection
};

base::Error no_decomposition(const std::string& what) {
  return base::fail(base::ErrorCode::not_supported, "Decomposition of a series: " + what);
}

template <class T>
T value_at(std::span<const Vector> arguments, size_t index, size_t row, T otherwise) {
  if (arguments.size() <= index || arguments[index].is_null(row)) return otherwise;
  return arguments[index].view<T>()[row];
}

Result<size_t> period_of(Text function, std::span<const double> learned, const Settings& settings) {
  if (settings.seasonality >= 0) return static_cast<size_t>(settings.seasonality);
  if (settings.seasonality < -1) return no_decomposition("the seasonality is -1, 0 or a number of elements.");
  return detect_period(function, learned, settings.threshold);
}

Result<Reals> trend_of(const Reals& deseasonal, size_t learned, Text kind) {
  Reals out(deseasonal.size(), 0.0);
  const std::span<const double> known = std::span(deseasonal).first(learned);
  if (kind == "avg") {
    double sum = 0;
    for (const double value : known) sum += value;
    std::fill(out.begin(), out.end(), learned == 0 ? 0 : sum / static_cast<double>(learned));
  } else if (kind == "linefit") {
    const Line line = fitted_line(known);
    for (size_t i = 0; i < out.size(); ++i) out[i] = line.at(i);
  } else if (kind != "none") {
    return no_decomposition("the trend is 'avg', 'linefit' or 'none'.");
  }
  return out;
}

Result<Decomposition> decomposed(Text function, const Reals& series, const Settings& settings) {
  if (std::any_of(series.begin(), series.end(), [](double value) { return !std::isfinite(value); }))
    return no_decomposition("an element is no finite number.");
  if (settings.test_points < 0 || static_cast<size_t>(settings.test_points) >= std::max<size_t>(series.size(), 1))
    return no_decomposition("the test points are fewer than the elements.");
  const size_t learned = series.size() - static_cast<size_t>(settings.test_points);
  const size_t period = TRY(period_of(function, std::span(series).first(learned), settings));
  auto seasonal = seasonal_part(series, learned, period);
  if (!seasonal) return no_decomposition("a season is longer than what there is to learn from.");
  Reals deseasonal(series.size());
  for (size_t i = 0; i < series.size(); ++i) deseasonal[i] = series[i] - (*seasonal)[i];
  auto trend = TRY(trend_of(deseasonal, learned, settings.trend));
  Decomposition out{{}, std::move(*seasonal), std::move(trend), {}};
  for (size_t i = 0; i < series.size(); ++i) {
    out.baseline.push_back(out.seasonal[i] + out.trend[i]);
    out.residual.push_back(series[i] - out.baseline[i]);
  }
  return out;
}

Dynamic components_of(Arena& arena, const Decomposition& parts) {
  return make_bag(arena, {{"baseline", array_of(arena, parts.baseline)},
                          {"seasonal", array_of(arena, parts.seasonal)},
                          {"trend", array_of(arena, parts.trend)},
                          {"residual", array_of(arena, parts.residual)}});
}

Result<Vector> decompose(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return dynamic_of_rows(rows, [&](Arena& arena, size_t row) -> Result<std::optional<Dynamic>> {
    const auto series = TRY(reals_at("series_decompose", arguments[0], row));
    if (!series) return std::optional<Dynamic>();
    const Settings settings{value_at<int64_t>(arguments, 1, row, -1), value_at<Text>(arguments, 2, row, "avg"),
                            value_at<int64_t>(arguments, 3, row, 0), value_at<double>(arguments, 4, row, 0.6)};
    return std::optional(components_of(arena, TRY(decomposed("series_decompose", *series, settings))));
  });
}

// What stands at the places to forecast does not count, so it may be missing.
Result<std::optional<Reals>> known_part(const Vector& argument, size_t row, int64_t points) {
  const Dynamic value = argument.is_null(row) ? Dynamic() : argument.view<Dynamic>()[row];
  if (value.kind() != columnar::DynamicKind::array) return std::optional<Reals>();
  const auto items = value.items();
  if (points < 0 || static_cast<size_t>(points) >= std::max<size_t>(items.size(), 1))
    return no_decomposition("the points to forecast are fewer than the elements.");
  auto series = reals_of(items.first(items.size() - static_cast<size_t>(points)));
  if (!series) return missing_elements("series_decompose_forecast");
  series->resize(items.size(), 0.0);
  return series;
}

Result<Vector> forecast(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return dynamic_of_rows(rows, [&](Arena& arena, size_t row) -> Result<std::optional<Dynamic>> {
    const Settings settings{value_at<int64_t>(arguments, 2, row, -1), value_at<Text>(arguments, 3, row, "avg"),
                            value_at<int64_t>(arguments, 1, row, 0), value_at<double>(arguments, 4, row, 0.6)};
    const auto series = TRY(known_part(arguments[0], row, settings.test_points));
    if (!series) return std::optional<Dynamic>();
    return std::optional(components_of(arena, TRY(decomposed("series_decompose_forecast", *series, settings))));
  });
}

Dynamic anomalies_of(Arena& arena, const Reals& scores, double threshold, const Reals& baseline) {
  auto* flags = arena.allocate_array<Dynamic>(scores.size());
  for (size_t i = 0; i < scores.size(); ++i)
    flags[i] = Dynamic::of(int64_t{(scores[i] > threshold) - (scores[i] < -threshold)});
  return make_bag(arena, {{"ad_flag", Dynamic::array({flags, scores.size()})},
                          {"ad_score", array_of(arena, scores)},
                          {"baseline", array_of(arena, baseline)}});
}

Result<Vector> anomalies(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return dynamic_of_rows(rows, [&](Arena& arena, size_t row) -> Result<std::optional<Dynamic>> {
    const auto series = TRY(reals_at("series_decompose_anomalies", arguments[0], row));
    if (!series) return std::optional<Dynamic>();
    const Settings settings{value_at<int64_t>(arguments, 2, row, -1), value_at<Text>(arguments, 3, row, "avg"),
                            value_at<int64_t>(arguments, 4, row, 0), value_at<double>(arguments, 6, row, 0.6)};
    const Decomposition parts = TRY(decomposed("series_decompose_anomalies", *series, settings));
    const std::vector<std::optional<double>> rest(parts.residual.begin(), parts.residual.end());
    const Reals scores = TRY(
        outlier_scores(rest, value_at<Text>(arguments, 5, row, "ctukey"), static_cast<size_t>(settings.test_points)));
    return std::optional(anomalies_of(arena, scores, value_at<double>(arguments, 1, row, 1.5), parts.baseline));
  });
}

// "If a different value is set, it ignores seasonality and returns a series of zeros."
Result<Vector> seasonal(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return dynamic_of_rows(rows, [&](Arena& arena, size_t row) -> Result<std::optional<Dynamic>> {
    const auto series = TRY(reals_at("series_seasonal", arguments[0], row));
    if (!series) return std::optional<Dynamic>();
    const int64_t wanted = value_at<int64_t>(arguments, 1, row, -1);
    const size_t period = wanted == -1 ? TRY(detect_period("series_seasonal", *series, 0.7))
                                       : static_cast<size_t>(std::max<int64_t>(wanted, 0));
    return std::optional(array_of(arena, *seasonal_part(*series, series->size(), period)));
  });
}

constexpr ScalarFunction series_decompose_table[] = {
    {"series_seasonal", "(dynamic, period: long?) -> dynamic", seasonal, "The seasonal part of a series."},
    {"series_decompose as a bag",
     "(dynamic, seasonality: long?, trend: string?, test_points: long?, seasonality_threshold: real?) -> dynamic",
     decompose, "A series as the sum of a season, a trend and a rest."},
    {"series_decompose_forecast as a bag",
     "(dynamic, points: long, seasonality: long?, trend: string?, seasonality_threshold: real?) -> dynamic", forecast,
     "A series as its season and its trend have it."},
    {"series_decompose_anomalies as a bag",
     "(dynamic, threshold: real?, seasonality: long?, trend: string?, test_points: long?, method: string?, "
     "seasonality_threshold: real?) -> dynamic",
     anomalies, "The elements of a series that season and trend do not explain."},
};

}  // namespace

std::span<const ScalarFunction> series_decompose_functions() { return series_decompose_table; }

}  // namespace vedette::kql
