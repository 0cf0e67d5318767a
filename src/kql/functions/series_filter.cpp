// series_fir and series_iir: digital filters, with zeros before the series.
#include <algorithm>

#include "families.h"
#include "series.h"

namespace vedette::kql {
namespace {

using base::Result;
using columnar::Arena;
using columnar::Dynamic;
using columnar::DynamicKind;

bool flag_at(std::span<const Vector> arguments, size_t index, size_t row, bool otherwise) {
  if (arguments.size() <= index || arguments[index].is_null(row)) return otherwise;
  return arguments[index].view<uint8_t>()[row] != 0;
}

Reals convolved(const Reals& series, const Reals& filter, size_t ahead) {
  Reals out(series.size(), 0.0);
  StepWatch watch;
  for (size_t i = 0; i < series.size() && watch.go_on(filter.size()); ++i)
    for (size_t j = 0; j < filter.size(); ++j)
      if (i + ahead >= j && i + ahead - j < series.size()) out[i] += filter[j] * series[i + ahead - j];
  return out;
}

// "If filter contains negative values, normalize must be false, otherwise the result will be null"; by default it
// depends on them.
Result<Vector> fir(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return dynamic_of_rows(rows, [&](Arena& arena, size_t row) -> Result<std::optional<Dynamic>> {
    const auto series = TRY(reals_at("series_fir", arguments[0], row));
    auto filter = TRY(reals_at("series_fir", arguments[1], row));
    const bool negative = filter && std::any_of(filter->begin(), filter->end(), [](double c) { return c < 0; });
    const bool normalize = flag_at(arguments, 2, row, !negative), center = flag_at(arguments, 3, row, false);
    if (!series || !filter || (negative && normalize)) return std::optional<Dynamic>();
    double sum = 0;
    for (const double coefficient : *filter) sum += coefficient;
    if (filter->empty() || (normalize && sum == 0) || (center && filter->size() % 2 == 0))
      return base::fail(base::ErrorCode::not_supported,
                        "series_fir() with an empty filter, one of zeros, or a centered one of even length.");
    if (normalize)
      for (double& coefficient : *filter) coefficient /= sum;
    return std::optional(array_of(arena, convolved(*series, *filter, center ? filter->size() / 2 : 0)));
  });
}

// Y[i] = (b[0] X[i] + b[1] X[i-1] + … - a[1] Y[i-1] - a[2] Y[i-2] - …) / a[0]
Reals recursive(const Reals& series, const Reals& numerators, const Reals& denominators) {
  Reals out(series.size(), 0.0);
  StepWatch watch;
  for (size_t i = 0; i < series.size() && watch.go_on(numerators.size() + denominators.size()); ++i) {
    for (size_t j = 0; j < numerators.size() && j <= i; ++j) out[i] += numerators[j] * series[i - j];
    for (size_t j = 1; j < denominators.size() && j <= i; ++j) out[i] -= denominators[j] * out[i - j];
    out[i] /= denominators[0];
  }
  return out;
}

Result<Vector> iir(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return dynamic_of_rows(rows, [&](Arena& arena, size_t row) -> Result<std::optional<Dynamic>> {
    const auto series = TRY(reals_at("series_iir", arguments[0], row));
    const auto numerators = TRY(reals_at("series_iir", arguments[1], row));
    const auto denominators = TRY(reals_at("series_iir", arguments[2], row));
    if (!series || !numerators || !denominators) return std::optional<Dynamic>();
    if (numerators->empty() || denominators->empty() || denominators->front() == 0)
      return base::fail(base::ErrorCode::not_supported,
                        "series_iir() without coefficients, or with a first denominator of 0.");
    return std::optional(array_of(arena, recursive(*series, *numerators, *denominators)));
  });
}

constexpr ScalarFunction series_filter_table[] = {
    {"series_fir", "(dynamic, filter: dynamic, normalize: bool?, center: bool?) -> dynamic", fir,
     "A series through a finite impulse response filter."},
    {"series_iir", "(dynamic, numerators: dynamic, denominators: dynamic) -> dynamic", iir,
     "A series through an infinite impulse response filter."},
};

}  // namespace

std::span<const ScalarFunction> series_filter_functions() { return series_filter_table; }

}  // namespace vedette::kql
