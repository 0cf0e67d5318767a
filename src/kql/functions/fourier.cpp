#include "fourier.h"

#include <bit>
#include <cmath>
#include <numbers>

#include "vedette/kql/functions/call_scope.h"

namespace vedette::kql {
namespace {

using base::Status;

int64_t bytes_of(size_t values) { return static_cast<int64_t>(values * sizeof(std::complex<double>)); }

void reverse_bits(Complexes& values) {
  for (size_t i = 1, j = 0; i < values.size(); ++i) {
    size_t bit = values.size() >> 1;
    for (; (j & bit) != 0; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) std::swap(values[i], values[j]);
  }
}

Status transform_power_of_two(Complexes& values, double sign) {
  const size_t size = values.size();
  TRY(may_go_on(bytes_of(size / 2)));
  reverse_bits(values);
  Complexes roots(size / 2);
  for (size_t i = 0; i < roots.size(); ++i)
    roots[i] = std::polar(1.0, sign * 2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(size));
  for (size_t half = 1; half < size; half *= 2) {
    TRY(may_go_on());
    const size_t stride = size / (2 * half);
    for (size_t from = 0; from < size; from += 2 * half)
      for (size_t k = 0; k < half; ++k) {
        const std::complex<double> odd = values[from + k + half] * roots[k * stride];
        values[from + k + half] = values[from + k] - odd;
        values[from + k] += odd;
      }
  }
  return {};
}

// kn = (k² + n² - (k - n)²) / 2 makes the sum a convolution with the chirp e^(±πi n² / N).
Status transform_by_chirps(Complexes& values, double sign) {
  const size_t size = values.size(), padded = std::bit_ceil(2 * size - 1);
  TRY(may_go_on(bytes_of(size + 2 * padded)));
  Complexes chirp(size), left(padded), right(padded);
  for (size_t i = 0; i < size; ++i) {
    const uint64_t square = static_cast<uint64_t>(i) * i % (2 * size);
    chirp[i] = std::polar(1.0, sign * std::numbers::pi * static_cast<double>(square) / static_cast<double>(size));
    left[i] = values[i] * chirp[i];
    right[i] = std::conj(chirp[i]);
    if (i > 0) right[padded - i] = right[i];
  }
  TRY(transform_power_of_two(left, -1));
  TRY(transform_power_of_two(right, -1));
  for (size_t i = 0; i < padded; ++i) left[i] *= right[i];
  TRY(transform_power_of_two(left, 1));
  for (size_t i = 0; i < size; ++i) values[i] = left[i] / static_cast<double>(padded) * chirp[i];
  return {};
}

}  // namespace

Status transform(Complexes& values, Transform direction) {
  if (values.size() < 2) return {};
  const double sign = direction == Transform::forward ? -1 : 1;
  return std::has_single_bit(values.size()) ? transform_power_of_two(values, sign) : transform_by_chirps(values, sign);
}

}  // namespace vedette::kql
