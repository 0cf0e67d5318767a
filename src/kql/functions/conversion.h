// Conversions of single values that other kernels share with tolong() and its like.
#pragma once

#include <cstdint>
#include <optional>

#include "vedette/columnar/dynamic.h"

namespace vedette::kql {

// What tolong() makes of the value: nothing when it is none.
std::optional<int64_t> long_of(const columnar::Dynamic& value);

// The number that equals the value, when there is one.
std::optional<int64_t> whole_number(double value);

}  // namespace vedette::kql
