// The beta distribution and Welch's test, over the regularised incomplete beta function I_x(a, b).
// Source: kusto/query: beta-cdf-function.md, beta-inv-function.md, beta-pdf-function.md, welch-test-function.md;
// Numerical Recipes 6.4 (continued fraction).
#include <cmath>
#include <limits>

#include "families.h"
#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {
namespace {

using base::Result;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double log_gamma(double value) {
  int sign;
  return lgamma_r(value, &sign);  // std::lgamma writes a global
}

// log of 1 / B(a, b)
double log_inverse_beta(double a, double b) { return log_gamma(a + b) - log_gamma(a) - log_gamma(b); }

// Lentz's evaluation; converges fast for x < (a + 1) / (a + b + 2).
double continued_fraction(double x, double a, double b) {
  constexpr double tiny = 1e-300, precision = 1e-16;
  const auto apart_from_zero = [](double value) { return std::fabs(value) < tiny ? tiny : value; };
  double c = 1, d = 1 / apart_from_zero(1 - (a + b) * x / (a + 1)), fraction = d;
  for (int m = 1; m <= 10'000; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / apart_from_zero(1 + even * d);
    c = apart_from_zero(1 + even / c);
    fraction *= c * d;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / apart_from_zero(1 + odd * d);
    c = apart_from_zero(1 + odd / c);
    fraction *= c * d;
    if (std::fabs(c * d - 1) < precision) break;
  }
  return fraction;
}

double regularised_beta(double x, double a, double b) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const double front = std::exp(log_inverse_beta(a, b) + a * std::log(x) + b * std::log1p(-x));
  if (x < (a + 1) / (a + b + 2)) return front * continued_fraction(x, a, b) / a;
  return 1 - front * continued_fraction(1 - x, b, a) / b;
}

bool is_shape(double value) { return value > 0 && value <= 10'000; }

double density(double x, double alpha, double beta) {
  if (!(x > 0 && x < 1 && alpha > 0 && beta > 0)) return nan;
  return std::exp(log_inverse_beta(alpha, beta) + (alpha - 1) * std::log(x) + (beta - 1) * std::log1p(-x));
}

double cumulative(double x, double alpha, double beta) {
  if (!(x >= 0 && x <= 1 && is_shape(alpha) && is_shape(beta))) return nan;
  return regularised_beta(x, alpha, beta);
}

// Bisection: the cumulative distribution rises from 0 to 1. The page has null and NaN the other way round; the engine
// answers null to a probability out of range and NaN to a shape.
std::optional<double> inverse(double probability, double alpha, double beta) {
  if (!(is_shape(alpha) && is_shape(beta))) return nan;
  if (!(probability > 0 && probability <= 1)) return std::nullopt;
  double low = 0, high = 1;
  while (true) {
    const double middle = (low + high) / 2;
    if (middle <= low || middle >= high) return probability == 1 ? 1 : middle;
    (regularised_beta(middle, alpha, beta) < probability ? low : high) = middle;
  }
}

template <auto F>
Result<Vector> of_three(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<double>(Type::real, arguments, rows,
                     [](double x, double alpha, double beta) -> std::optional<double> { return F(x, alpha, beta); });
}

// The two-sided p-value of Student's t with Welch's degrees of freedom.
std::optional<double> p_value(double mean1, double variance1, double count1, double mean2, double variance2,
                              double count2) {
  if (!(variance1 >= 0 && variance2 >= 0 && count1 > 1 && count2 > 1)) return std::nullopt;
  const double share1 = variance1 / count1, share2 = variance2 / count2, all = share1 + share2;
  if (all == 0) return std::nullopt;
  const double squared = (mean1 - mean2) * (mean1 - mean2) / all;
  const double freedom = all * all / (share1 * share1 / (count1 - 1) + share2 * share2 / (count2 - 1));
  return regularised_beta(freedom / (freedom + squared), freedom / 2, 0.5);
}

Result<Vector> welch_test(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  bool undefined = false;
  auto result =
      map<double>(Type::real, arguments, rows, [&](double m1, double v1, double c1, double m2, double v2, double c2) {
        const auto p = p_value(m1, v1, c1, m2, v2, c2);
        undefined = undefined || !p;
        return p;
      });
  if (undefined)
    return base::fail(base::ErrorCode::not_supported,
                      "welch_test() of fewer than two values or without variance is not supported.");
  return result;
}

constexpr ScalarFunction distributions_table[] = {
    {"beta_pdf", "(x: real, alpha: real, beta: real) -> real", of_three<density>,
     "The density of the beta distribution."},
    {"beta_cdf", "(x: real, alpha: real, beta: real) -> real", of_three<cumulative>,
     "The cumulative beta distribution."},
    {"beta_inv", "(probability: real, alpha: real, beta: real) -> real", of_three<inverse>,
     "The inverse of the cumulative beta distribution."},
    {"welch_test", "(mean1: real, variance1: real, count1: real, mean2: real, variance2: real, count2: real) -> real",
     welch_test, "The p-value of two samples having the same mean."},
};

}  // namespace

std::span<const ScalarFunction> distribution_functions() { return distributions_table; }

}  // namespace vedette::kql
