#include "vedette/kql/functions/call_scope.h"

#include <algorithm>
#include <string>

namespace vedette::kql {
base::Error text_too_long() {
  return base::fail(base::ErrorCode::limit_exceeded, "A function makes a text of more than " +
                                                         std::to_string(text_bytes_max >> 20) +
                                                         " MiB, the most that is allowed (text_bytes_max).");
}

base::Status check_dynamics(const Vector& results) {
  if (results.type() != Type::dynamic) return {};
  const Vector values = results.is_selected() ? results.base() : results;
  const auto view = values.view<columnar::Dynamic>();
  const size_t rows = values.is_constant() ? std::min<size_t>(values.size(), 1) : values.size();
  for (size_t row = 0; row < rows; ++row) {
    if (view.is_null(row)) continue;
    if (view[row].depth() > columnar::dynamic_depth_max)
      return base::fail(base::ErrorCode::limit_exceeded, "A dynamic value is nested deeper than " +
                                                             std::to_string(columnar::dynamic_depth_max) +
                                                             " levels, the most that is allowed (dynamic_depth_max).");
    if (view[row].weight() > columnar::dynamic_weight_max)
      return base::fail(base::ErrorCode::limit_exceeded,
                        "A dynamic value has more than 2^" + std::to_string(columnar::dynamic_weight_max) +
                            " elements, the most that is allowed (dynamic_weight_max).");
  }
  return {};
}

}  // namespace vedette::kql
