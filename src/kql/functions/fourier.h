// The discrete Fourier transform of any length: X[k] = Σ x[n] e^(∓2πi kn / N), not scaled; O(N log N).
// Powers of two by the iterative radix-2 scheme, other lengths as a convolution of chirps (Bluestein 1970).
#pragma once

#include <complex>
#include <vector>

#include "vedette/base/result.h"

namespace vedette::kql {

using Complexes = std::vector<std::complex<double>>;

enum class Transform : uint8_t { forward, backward };

// In place. An error: the query was stopped.
base::Status transform(Complexes& values, Transform direction);

}  // namespace vedette::kql
