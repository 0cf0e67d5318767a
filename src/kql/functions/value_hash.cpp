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

// Whole numbers that no double tells apart are values of their own; those below are equal to their doubles.
ValueHash hash_value(const columnar::Dynamic& value) {
  constexpr int64_t doubles_max = int64_t{1} << 53;
  if (value.kind() == columnar::DynamicKind::int64 &&
      (value.integer() > doubles_max || value.integer() < -doubles_max)) {
    const int64_t number = value.integer();
    return hash_bytes(&number, sizeof number);
  }
  const uint64_t hash = columnar::hash(value);
  return hash_bytes(&hash, sizeof hash);
}

}  // namespace vedette::kql
