// series_sum, series_dot_product, series_stats_dynamic and their like: numbers about series.
#include <algorithm>
#include <cmath>

#include "dynamic_rows.h"
#include "families.h"
#include "series.h"

namespace vedette::kql {
namespace {

using base::Result;
using columnar::Arena;
using columnar::Dynamic;
using columnar::DynamicKind;
using columnar::DynamicMember;

double product_of(const Reals& series) {
  double product = 1;
  for (const double value : series) product *= value;
  return product;
}
double magnitude_of(const Reals& series) {
  double squares = 0;
  for (const double value : series) squares += value * value;
  return std::sqrt(squares);
}

Result<Vector> unless_incomplete(std::string_view function, bool incomplete, Result<Vector> result) {
  if (incomplete) return missing_elements(function);
  return result;
}

base::Error no_elements() {
  return base::fail(base::ErrorCode::not_supported, "A statistic of a series without elements is not supported.");
}

template <double (*F)(const Reals&)>
Result<Vector> statistic(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  bool incomplete = false, empty = false;
  auto result = map<double>(Type::real, arguments, rows, [&](const Dynamic& value) -> std::optional<double> {
    if (value.kind() != DynamicKind::array) return std::nullopt;
    const auto series = reals_of(value.items());
    incomplete = incomplete || !series;
    empty = empty || (series && series->empty());
    return series ? std::optional(F(*series)) : std::nullopt;
  });
  if (empty) return no_elements();
  return unless_incomplete("series_sum, series_product, series_magnitude", incomplete, std::move(result));
}

// "The longer series will be truncated to the length of the shorter one. Any non-numeric element will be ignored. If
// one or both input arrays are empty, the result will be null." A number stands for all elements.
std::optional<double> dot_product(const Dynamic& a, const Dynamic& b) {
  if (a.kind() != DynamicKind::array && b.kind() != DynamicKind::array) return std::nullopt;
  const auto size_of = [](const Dynamic& value) {
    return value.kind() == DynamicKind::array ? value.items().size() : is_number(value) ? SIZE_MAX : 0;
  };
  const auto at = [](const Dynamic& value, size_t i) {
    return value.kind() == DynamicKind::array ? value.items()[i] : value;
  };
  const size_t size = std::min(size_of(a), size_of(b));
  if (size == 0) return std::nullopt;
  double sum = 0;
  for (size_t i = 0; i < size; ++i)
    if (is_number(at(a, i)) && is_number(at(b, i))) sum += real_of(at(a, i)) * real_of(at(b, i));
  return sum;
}

Result<Vector> dot_products(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  columnar::VectorBuilder out(Type::real);
  auto* values = out.resize<double>(rows);
  RowWatch watch;
  for (size_t row = 0; row < rows; ++row) {
    TRY(watch.before(row, out.arena(), steps_of_row(arguments, row)));
    const Dynamic a = number_at(arguments[0], row), b = number_at(arguments[1], row);
    if (has_times(a) || has_times(b)) return times_in_series();
    const auto product = dot_product(a, b);
    if (product)
      values[row] = *product;
    else
      out.set_null(row);
  }
  return out.finish();
}

// Both series complete and cut to the length of the shorter; nullopt when one is no series or empty.
std::optional<std::pair<Reals, Reals>> aligned(const Dynamic& a, const Dynamic& b, bool& incomplete) {
  if (a.kind() != DynamicKind::array || b.kind() != DynamicKind::array) return std::nullopt;
  auto x = reals_of(a.items()), y = reals_of(b.items());
  incomplete = incomplete || !x || !y;
  if (!x || !y || x->empty() || y->empty()) return std::nullopt;
  x->resize(std::min(x->size(), y->size()));
  y->resize(x->size());
  return std::pair(std::move(*x), std::move(*y));
}

// The magnitudes may be given, as they are known.
Result<Vector> cosine_similarity(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  const auto first = arguments[0].view<Dynamic>(), second = arguments[1].view<Dynamic>();
  const auto given = [&](size_t index, size_t row) -> std::optional<double> {
    if (arguments.size() <= index || arguments[index].is_null(row)) return std::nullopt;
    return arguments[index].view<double>()[row];
  };
  bool incomplete = false;
  columnar::VectorBuilder out(Type::real);
  auto* values = out.resize<double>(rows);
  RowWatch watch;
  for (size_t row = 0; row < rows; ++row) {
    TRY(watch.before(row, out.arena(), steps_of_row(arguments, row)));
    const auto pair =
        first.is_null(row) || second.is_null(row) ? std::nullopt : aligned(first[row], second[row], incomplete);
    if (!pair) {
      out.set_null(row);
      continue;
    }
    const auto& [x, y] = *pair;
    for (size_t i = 0; i < x.size(); ++i) values[row] += x[i] * y[i];
    const auto magnitude_x = given(2, row), magnitude_y = given(3, row);
    values[row] /= (magnitude_x ? *magnitude_x : magnitude_of(x)) * (magnitude_y ? *magnitude_y : magnitude_of(y));
  }
  return unless_incomplete("series_cosine_similarity", incomplete, out.finish());
}

// "Any non-numeric element or nonexisting element (arrays of different sizes) yields a null result."
std::optional<double> correlation(const Dynamic& a, const Dynamic& b) {
  if (a.kind() != DynamicKind::array || b.kind() != DynamicKind::array) return std::nullopt;
  const auto x = reals_of(a.items()), y = reals_of(b.items());
  if (!x || !y || x->size() != y->size() || x->empty()) return std::nullopt;
  const auto count = static_cast<double>(x->size());
  const double mean_x = sum_of(*x) / count, mean_y = sum_of(*y) / count;
  double xy = 0, xx = 0, yy = 0;
  for (size_t i = 0; i < x->size(); ++i) {
    const double dx = (*x)[i] - mean_x, dy = (*y)[i] - mean_y;
    xy += dx * dy, xx += dx * dx, yy += dy * dy;
  }
  return xy / std::sqrt(xx * yy);
}

Result<Vector> pearson(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  bool times = false;
  auto result = map<double>(Type::real, arguments, rows, [&](const Dynamic& a, const Dynamic& b) {
    times = times || has_times(a) || has_times(b);
    return correlation(a, b);
  });
  if (times) return times_in_series();
  return result;
}

base::Error too_few_elements() {
  return base::fail(base::ErrorCode::not_supported,
                    "Statistics of a series with fewer than two elements, or with some that are no finite numbers.");
}

// The finite numbers of a series, and where each stands in it.
struct FiniteElements {
  Reals values;
  std::vector<int64_t> places;
};

FiniteElements finite_elements(std::span<const Dynamic> series) {
  FiniteElements out;
  for (size_t i = 0; i < series.size(); ++i) {
    if (!is_number(series[i]) || !std::isfinite(real_of(series[i]))) continue;
    out.values.push_back(real_of(series[i]));
    out.places.push_back(static_cast<int64_t>(i));
  }
  return out;
}

Dynamic stats_of(Arena& arena, const FiniteElements& elements, size_t length) {
  const Reals& series = elements.values;
  const auto least = std::min_element(series.begin(), series.end());
  const auto most = std::max_element(series.begin(), series.end());
  const auto place_of = [&](auto at) { return Dynamic::of(elements.places[static_cast<size_t>(at - series.begin())]); };
  const double sum = sum_of(series), variance = variance_of(series);
  return make_bag(arena, {{"min", Dynamic::of(*least)},
                          {"min_idx", place_of(least)},
                          {"max", Dynamic::of(*most)},
                          {"max_idx", place_of(most)},
                          {"avg", Dynamic::of(sum / static_cast<double>(series.size()))},
                          {"stdev", Dynamic::of(std::sqrt(variance))},
                          {"variance", Dynamic::of(variance)},
                          {"sum", Dynamic::of(sum)},
                          {"len", Dynamic::of(static_cast<int64_t>(length))}});
}

// "ignore_nonfinite: … The default is false, which returns null if non-finite values are present in the array." The
// places and the length are those of the array as it is. What fewer than two elements give is not documented.
Result<Vector> stats(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  const auto view = arguments[0].view<Dynamic>();
  return dynamic_of_rows(rows, [&](Arena& arena, size_t row) -> Result<std::optional<Dynamic>> {
    if (view.is_null(row) || view[row].kind() != DynamicKind::array) return std::optional<Dynamic>();
    if (has_times(view[row])) return times_in_series();
    const auto items = view[row].items();
    TRY(may_go_on(static_cast<int64_t>(items.size() * scratch_arrays * sizeof(double))));
    const FiniteElements elements = finite_elements(items);
    const bool ignoring = arguments.size() > 1 && !arguments[1].is_null(row) && arguments[1].view<uint8_t>()[row];
    if (!ignoring && elements.values.size() < items.size()) return std::optional<Dynamic>();
    if (elements.values.size() < 2) return too_few_elements();
    return std::optional(stats_of(arena, elements, items.size()));
  });
}

// The line y = slope · x + interception with the least squares, x from 1 (as the page's example shows).
Dynamic line_of(Arena& arena, const Reals& series) {
  const auto count = static_cast<double>(series.size());
  const double mean_x = (count + 1) / 2, mean_y = sum_of(series) / count;
  double xy = 0, xx = 0;
  for (size_t i = 0; i < series.size(); ++i) {
    const double dx = static_cast<double>(i + 1) - mean_x;
    xy += dx * (series[i] - mean_y), xx += dx * dx;
  }
  const double slope = xy / xx, interception = mean_y - slope * mean_x;
  Reals line, rest;
  for (size_t i = 0; i < series.size(); ++i) {
    line.push_back(slope * static_cast<double>(i + 1) + interception);
    rest.push_back(series[i] - line.back());
  }
  const double variance = variance_of(series), residual = variance_of(rest);
  return make_bag(arena, {{"rsquare", Dynamic::of(1 - residual / variance)},
                          {"slope", Dynamic::of(slope)},
                          {"variance", Dynamic::of(variance)},
                          {"rvariance", Dynamic::of(residual)},
                          {"interception", Dynamic::of(interception)},
                          {"line_fit", array_of(arena, line)}});
}

// Of two finite elements or more: what fewer, or others, give is not documented in detail.
Result<Vector> fitted_lines(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  bool incomplete = false;
  auto result = map_dynamic(arguments, rows, [&](Arena& arena, const Dynamic& value) {
    if (value.kind() != DynamicKind::array) return Dynamic();
    const FiniteElements elements = finite_elements(value.items());
    const bool complete = elements.values.size() == value.items().size() && elements.values.size() >= 2;
    incomplete = incomplete || !complete;
    return complete ? line_of(arena, elements.values) : Dynamic();
  });
  if (incomplete) return too_few_elements();
  return result;
}

constexpr ScalarFunction series_statistics_table[] = {
    {"series_sum", "(dynamic) -> real", statistic<sum_of>, "The sum of a series."},
    {"series_product", "(dynamic) -> real", statistic<product_of>, "The product of a series."},
    {"series_magnitude", "(dynamic) -> real", statistic<magnitude_of>, "The length of a series as a vector."},
    {"series_dot_product", "(dynamic, dynamic) -> real", dot_products, "The dot product of two series."},
    {"series_dot_product", "(dynamic, long|real) -> real", dot_products, "The dot product of two series."},
    {"series_dot_product", "(long|real, dynamic) -> real", dot_products, "The dot product of two series."},
    {"series_cosine_similarity", "(dynamic, dynamic, magnitude1: real?, magnitude2: real?) -> real", cosine_similarity,
     "The cosine of the angle of two series."},
    {"series_pearson_correlation", "(dynamic, dynamic) -> real", pearson, "How much two series go together."},
    {"series_stats_dynamic", "(dynamic, ignore_nonfinite: bool?) -> dynamic", stats,
     "A bag of statistics of a series."},
    {"series_fit_line_dynamic", "(dynamic) -> dynamic", fitted_lines, "The line that fits a series best."},
};

}  // namespace

std::span<const ScalarFunction> series_statistics_functions() { return series_statistics_table; }

}  // namespace vedette::kql
