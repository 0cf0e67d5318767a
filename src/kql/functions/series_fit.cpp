// series_fit_poly: the polynomial that fits a series best. Source: kusto/query/series-fit-poly-function.md.
#include <algorithm>
#include <cmath>

#include "families.h"
#include "series.h"
#include "vedette/kql/functions/call_scope.h"

namespace vedette::kql {
namespace {

using base::Result;
using columnar::Arena;
using columnar::Dynamic;
using columnar::DynamicMember;

using Matrix = std::vector<std::vector<long double>>;  // columns

constexpr int64_t degree_max = 20;

base::Error no_fit(const std::string& what) {
  return base::fail(base::ErrorCode::not_supported, "series_fit_poly(): " + what);
}

// Householder's reflections make the columns upper triangular; `target` is reflected with them.
base::Status reflect(Matrix& columns, std::vector<long double>& target) {
  for (size_t k = 0; k < columns.size(); ++k) {
    TRY(may_go_on());
    std::vector<long double>& pivot = columns[k];
    long double norm = 0;
    for (size_t i = k; i < pivot.size(); ++i) norm += pivot[i] * pivot[i];
    norm = std::copysign(std::sqrt(norm), pivot[k]);
    if (norm == 0) return no_fit("the x values are too few or too alike for this degree.");
    std::vector<long double> mirror(pivot.begin() + static_cast<ptrdiff_t>(k), pivot.end());
    mirror[0] += norm;
    const long double scale = norm * mirror[0];
    const auto apply = [&](std::vector<long double>& column) {
      long double dot = 0;
      for (size_t i = 0; i < mirror.size(); ++i) dot += mirror[i] * column[k + i];
      for (size_t i = 0; i < mirror.size(); ++i) column[k + i] -= dot / scale * mirror[i];
    };
    for (size_t j = k; j < columns.size(); ++j) apply(columns[j]);
    apply(target);
  }
  return {};
}

// The coefficients, the lowest power first.
Result<std::vector<long double>> fitted(const Reals& x, const Reals& y, size_t degree) {
  Matrix columns(degree + 1, std::vector<long double>(x.size(), 1));
  for (size_t power = 1; power <= degree; ++power)
    for (size_t i = 0; i < x.size(); ++i) columns[power][i] = columns[power - 1][i] * x[i];
  const Matrix powers = columns;
  std::vector<long double> target(y.begin(), y.end());
  TRY(reflect(columns, target));
  std::vector<long double> out(degree + 1);
  for (size_t k = degree + 1; k-- > 0;) {
    long double rest = target[k];
    for (size_t j = k + 1; j <= degree; ++j) rest -= columns[j][k] * out[j];
    if (std::fabs(columns[k][k]) < 1e-15L * std::fabs(powers[k].back()))
      return no_fit("the x values are too few or too alike for this degree.");
    out[k] = rest / columns[k][k];
  }
  return out;
}

Dynamic described(Arena& arena, const Reals& x, const Reals& y, const std::vector<long double>& coefficients) {
  Reals fit, rest, highest_first(coefficients.rbegin(), coefficients.rend());
  for (size_t i = 0; i < x.size(); ++i) {
    long double value = 0;
    for (size_t k = coefficients.size(); k-- > 0;) value = value * x[i] + coefficients[k];
    fit.push_back(static_cast<double>(value));
    rest.push_back(y[i] - fit.back());
  }
  const double variance = variance_of(y), residual = variance_of(rest);
  const DynamicMember members[] = {{"rsquare", Dynamic::of(1 - residual / variance)},
                                   {"coefficients", array_of(arena, highest_first)},
                                   {"variance", Dynamic::of(variance)},
                                   {"rvariance", Dynamic::of(residual)},
                                   {"poly_fit", array_of(arena, fit)}};
  auto* copies = arena.allocate_array<DynamicMember>(std::size(members));
  std::copy(std::begin(members), std::end(members), copies);
  return Dynamic::bag({copies, std::size(members)});
}

bool is_finite(const Reals& series) {
  return std::all_of(series.begin(), series.end(), [](double value) { return std::isfinite(value); });
}

Result<Vector> fit_poly(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return dynamic_of_rows(rows, [&](Arena& arena, size_t row) -> Result<std::optional<Dynamic>> {
    const auto y = TRY(reals_at("series_fit_poly", arguments[0], row));
    if (!y) return std::optional<Dynamic>();
    Reals x(y->size());
    for (size_t i = 0; i < x.size(); ++i) x[i] = static_cast<double>(i + 1);
    if (arguments.size() > 1) {
      const auto given = TRY(reals_at("series_fit_poly", arguments[1], row));
      if (!given) return std::optional<Dynamic>();
      x = *given;
    }
    const int64_t degree = arguments.size() > 2 ? arguments[2].view<int64_t>()[row] : 1;
    if (degree < 1 || degree > degree_max) return no_fit("the degree is between 1 and 20.");
    if (x.size() != y->size()) return no_fit("both series have the same length.");
    if (y->size() < static_cast<size_t>(degree) + 1 || !is_finite(*y) || !is_finite(x))
      return no_fit("a series needs more elements than the degree, all of them finite numbers.");
    return std::optional(described(arena, x, *y, TRY(fitted(x, *y, static_cast<size_t>(degree)))));
  });
}

constexpr ScalarFunction series_fit_table[] = {
    {"series_fit_poly as a bag", "(y: dynamic, x: dynamic?, degree: long?) -> dynamic", fit_poly,
     "The polynomial that fits a series best."},
};

}  // namespace

std::span<const ScalarFunction> series_fit_functions() { return series_fit_table; }

}  // namespace vedette::kql
