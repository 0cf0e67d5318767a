// Choosing one of several arguments row by row: of one type, or each as a dynamic.
#pragma once

#include <optional>
#include <vector>

#include "dynamic_rows.h"
#include "vedette/columnar/native_type.h"
#include "vedette/kql/functions/function.h"

namespace vedette::kql {

// Row i is row i of arguments[chosen[i]]. Texts and dynamics stay where they are. Arguments of another type than the
// last one's are never chosen (the predicates of case()).
inline base::Result<Vector> gathered(std::span<const Vector> arguments, const std::vector<size_t>& chosen) {
  const Type type = arguments.back().type();
  columnar::VectorBuilder out(type);
  for (const Vector& argument : arguments) out.keep_alive(argument);
  columnar::with_native_type(type, [&]<class T>() {
    using View = columnar::View<T>;
    std::vector<std::optional<View>> views(arguments.size());
    for (size_t i = 0; i < arguments.size(); ++i)
      if (arguments[i].type() == type) views[i] = arguments[i].view<T>();
    T* values = out.resize<T>(chosen.size());
    for (size_t row = 0; row < chosen.size(); ++row) {
      const View& view = *views[chosen[row]];
      if (view.is_null(row))
        out.set_null(row);
      else
        values[row] = view[row];
    }
  });
  return out.finish();
}

// A dynamic has no decimals: not_supported.
inline base::Result<Vector> gathered_mixed(std::span<const Vector> arguments, const std::vector<size_t>& chosen) {
  for (const Vector& argument : arguments)
    if (argument.type() == Type::decimal)
      return base::fail(base::ErrorCode::not_supported, "A decimal beside values of other types is not supported.");
  return dynamic_rows(arguments, chosen.size(), [&](columnar::Arena& arena, size_t row) {
    return to_dynamic(arguments[chosen[row]], row, arena);
  });
}

}  // namespace vedette::kql
