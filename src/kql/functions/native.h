// Kernels over 'T': one body for every native type.
#pragma once

#include <type_traits>

#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {

// Calls f(T{}) with T the native type of `type`; not_supported for dynamic, which has no order and no equality.
template <class F>
base::Result<Vector> with_native(Type type, const char* what, F f) {
  switch (type) {
    case Type::bool_:
      return f(uint8_t{});
    case Type::int_:
      return f(int32_t{});
    case Type::long_:
    case Type::datetime:
    case Type::timespan:
      return f(int64_t{});
    case Type::real:
      return f(double{});
    case Type::decimal:
      return f(columnar::Decimal{});
    case Type::string:
      return f(std::string_view{});
    case Type::guid:
      return f(base::Guid{});
    case Type::dynamic:
      break;
  }
  return base::fail(base::ErrorCode::not_supported, std::string(what) + " of two dynamic values is not supported.");
}

}  // namespace vedette::kql
