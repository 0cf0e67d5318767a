#include "value_hash.h"

#include <xxhash.h>

#include <cmath>
#include <limits>

namespace vedette::kql {

ValueHash hash_bytes(const void* data, size_t size) {
  const XXH128_hash_t hash = XXH3_128bits(data, size);
  return {hash.low64, hash.high64};
}

ValueHash hash_value(std::string_view text) { return hash_bytes(text.data(), text.size()); }

ValueHash hash_value(double number) {
  if (number == 0) number = 0;
  if (std::isnan(number)) number = std::numeric_limits<double>::quiet_NaN();
  return hash_bytes(&number, sizeof number);
}

ValueHash hash_value(const columnar::Decimal& number) { return hash_value(std::string_view(to_string(number))); }

ValueHash hash_value(const columnar::Dynamic& value) {
  const uint64_t hash = columnar::hash(value);
  return hash_bytes(&hash, sizeof hash);
}

}  // namespace vedette::kql
