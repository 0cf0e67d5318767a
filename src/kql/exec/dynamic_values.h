// Between typed columns and dynamic values.
#pragma once

#include "vedette/columnar/vector.h"

namespace vedette::kql {

// Dynamic values as a column of `type`, by cast alone: numbers widen, text is taken as text, as the date, timespan or
// guid that JSON writes so, or as the same as `tostring`; what is not of the type is null.
// Source: mv-expand, "to typeof()".
columnar::Vector cast_dynamics(const columnar::Vector& dynamics, columnar::Type type);

}  // namespace vedette::kql
