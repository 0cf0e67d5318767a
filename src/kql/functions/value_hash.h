// 128-bit hashes of typed values: equal values of one type hash equal, and others do not in practice.
#pragma once

#include <string_view>

#include "vedette/columnar/vector.h"

namespace vedette::kql {

struct ValueHash {
  uint64_t low = 0, high = 0;
  bool operator==(const ValueHash&) const = default;
};

ValueHash hash_bytes(const void* data, size_t size);
ValueHash hash_value(std::string_view text);
ValueHash hash_value(double number);  // 0 and -0 are equal, and so are all NaN
ValueHash hash_value(const columnar::Decimal& number);
ValueHash hash_value(const columnar::Dynamic& value);

template <class T>
ValueHash hash_value(const T& value) {
  return hash_bytes(&value, sizeof(T));
}

}  // namespace vedette::kql
