// From a column's Type to the C++ type of its values.
#pragma once

#include "vedette/columnar/vector.h"

namespace vedette::columnar {

// Calls f.template operator()<T>() with the native type of `type` (columnar/type.h).
template <class F>
decltype(auto) with_native_type(Type type, F&& f) {
  switch (type) {
    case Type::bool_:
      return f.template operator()<uint8_t>();
    case Type::int_:
      return f.template operator()<int32_t>();
    case Type::long_:
    case Type::datetime:
    case Type::timespan:
      return f.template operator()<int64_t>();
    case Type::real:
      return f.template operator()<double>();
    case Type::decimal:
      return f.template operator()<Decimal>();
    case Type::guid:
      return f.template operator()<base::Guid>();
    case Type::dynamic:
      return f.template operator()<Dynamic>();
    case Type::string:
      break;
  }
  return f.template operator()<std::string_view>();
}

}  // namespace vedette::columnar
