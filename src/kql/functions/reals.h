// Arguments that a function takes as reals: decimals are converted, which the binder does for other numbers alone.
#pragma once

#include <vector>

#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {

inline std::vector<Vector> as_reals(std::span<const Vector> arguments, size_t rows) {
  std::vector<Vector> out;
  for (const Vector& argument : arguments) {
    if (argument.type() != Type::decimal) {
      out.push_back(argument);
      continue;
    }
    const auto view = argument.view<columnar::Decimal>();
    columnar::VectorBuilder reals(Type::real);
    auto* values = reals.resize<double>(rows);
    for (size_t row = 0; row < rows; ++row) {
      if (view.is_null(row))
        reals.set_null(row);
      else
        values[row] = columnar::to_real(view[row]);
    }
    out.push_back(reals.finish());
  }
  return out;
}

}  // namespace vedette::kql
