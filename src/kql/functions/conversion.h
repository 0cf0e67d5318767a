// Conversions of single values that other kernels share with tolong() and its like.
#pragma once

#include <cstdint>
#include <optional>

#include "vedette/columnar/dynamic.h"

namespace vedette::kql {

// What tolong(), toreal() and totimespan() make of the value: nothing where that is null.
std::optional<int64_t> long_of(double value);
std::optional<int64_t> long_of(const columnar::Dynamic& value);
std::optional<double> double_of(const columnar::Dynamic& value);
std::optional<int64_t> timespan_ticks_of(const columnar::Dynamic& value);

}  // namespace vedette::kql
