// Kernels over 'T': one body for every native type.
#pragma once

#include <type_traits>

#include "vedette/columnar/native_type.h"
#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {

// Calls f(T{}) with T the native type of `type`; not_supported for dynamic, which has no order and no equality.
template <class F>
base::Result<Vector> with_native(Type type, const char* what, F f) {
  return columnar::with_native_type(type, [&]<class T>() -> base::Result<Vector> {
    if constexpr (std::is_same_v<T, columnar::Dynamic>)
      return base::fail(base::ErrorCode::not_supported, std::string(what) + " of two dynamic values is not supported.");
    else
      return f(T{});
  });
}

}  // namespace vedette::kql
