#include "seasons.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <string>

#include "fourier.h"
#include "series.h"

namespace vedette::kql {
namespace {

using base::Result;

constexpr size_t period_min = 4;
// How far a score must be above or below the threshold, and a peak above others.
constexpr double margin_above = 0.07, margin_below = 0.05, rival_margin = 0.03;

struct Peak {
  size_t period = 0;
  double height = 0;
};

double median(Reals values) {
  const auto middle = values.begin() + static_cast<ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*std::max_element(values.begin(), middle) + *middle) / 2;
}

Reals without_trend(std::span<const double> series) {
  const Line trend = fitted_line(series);
  Reals out(series.begin(), series.end());
  for (size_t i = 0; i < out.size(); ++i) out[i] -= trend.at(i);
  return out;
}

// Σ x[i] x[i + k] / Σ x[i]² for every k, by the transform of the power spectrum.
Result<Reals> autocorrelation(const Reals& series) {
  Complexes values(std::bit_ceil(2 * series.size()));
  std::copy(series.begin(), series.end(), values.begin());
  TRY(transform(values, Transform::forward));
  for (auto& value : values) value = std::norm(value);
  TRY(transform(values, Transform::backward));
  Reals out(series.size());
  for (size_t k = 0; k < out.size(); ++k) out[k] = values[k].real() / values[0].real();
  return out;
}

std::vector<Peak> peaks(const Reals& correlation) {
  std::vector<Peak> out;
  for (size_t k = period_min; 2 * k < correlation.size(); ++k)
    if (correlation[k] > correlation[k - 1] && correlation[k] >= correlation[k + 1] && correlation[k] > 0)
      out.push_back({k, correlation[k]});
  return out;
}

// Pearson's, of the series and itself `lag` elements later.
double correlation_at(std::span<const double> series, size_t lag) {
  const auto first = series.first(series.size() - lag), second = series.subspan(lag);
  const auto count = static_cast<double>(first.size());
  double mean_x = 0, mean_y = 0, xy = 0, xx = 0, yy = 0;
  for (size_t i = 0; i < first.size(); ++i) mean_x += first[i] / count, mean_y += second[i] / count;
  for (size_t i = 0; i < first.size(); ++i) {
    const double dx = first[i] - mean_x, dy = second[i] - mean_y;
    xy += dx * dy, xx += dx * dx, yy += dy * dy;
  }
  return xx > 0 && yy > 0 ? xy / std::sqrt(xx * yy) : 0;
}

// Nothing but the rounding of its trend is left of it.
bool is_line(std::span<const double> series, const Reals& rest) {
  double variance = 0, magnitude = 0;
  for (size_t i = 0; i < series.size(); ++i) variance += rest[i] * rest[i], magnitude += series[i] * series[i];
  return variance <= 1e-20 * magnitude || !std::isfinite(variance);
}

base::Error unclear(std::string_view function) {
  return base::fail(base::ErrorCode::not_supported,
                    std::string(function) +
                        "(): whether a series has a season, and which, is too close to call; give the number of "
                        "elements of a season, or 0 for none.");
}

}  // namespace

Line fitted_line(std::span<const double> series) {
  if (series.empty()) return {};
  const auto count = static_cast<double>(series.size());
  double mean = 0;
  for (const double value : series) mean += value / count;
  const double middle = (count - 1) / 2;
  double xy = 0, xx = 0;
  for (size_t i = 0; i < series.size(); ++i) {
    const double dx = static_cast<double>(i) - middle;
    xy += dx * (series[i] - mean), xx += dx * dx;
  }
  const double slope = xx > 0 ? xy / xx : 0;
  return {slope, mean - slope * middle};
}

Result<size_t> detect_period(std::string_view function, std::span<const double> series, double threshold) {
  if (series.size() <= 2 * period_min) return size_t{0};
  const Reals rest = without_trend(series);
  if (is_line(series, rest)) return size_t{0};
  const auto correlation = TRY(autocorrelation(rest));
  const std::vector<Peak> all = peaks(correlation);
  const auto best =
      std::max_element(all.begin(), all.end(), [](const Peak& a, const Peak& b) { return a.height < b.height; });
  if (best == all.end()) return size_t{0};
  const double score = correlation_at(rest, best->period);
  if (score < threshold - margin_below) return size_t{0};
  if (score < threshold + margin_above) return unclear(function);
  for (const Peak& rival : all)
    if (rival.period % best->period != 0 && rival.height > best->height - rival_margin) return unclear(function);
  return best->period;
}

std::optional<Reals> seasonal_part(std::span<const double> series, size_t learned, size_t period) {
  Reals out(series.size(), 0.0);
  if (period == 0) return out;
  for (size_t place = 0; place < std::min(period, series.size()); ++place) {
    Reals across;
    for (size_t i = place; i < learned; i += period) across.push_back(series[i]);
    if (across.empty()) return std::nullopt;
    const double middle = median(std::move(across));
    for (size_t i = place; i < series.size(); i += period) out[i] = middle;
  }
  return out;
}

}  // namespace vedette::kql
