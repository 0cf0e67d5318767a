#include "vedette/store/feed.h"

namespace vedette::store {

base::Result<int64_t> newest_sequence(const EntityStore& store, std::string_view tenant) {
  const auto any_after = [&](int64_t sequence) -> base::Result<bool> {
    return !TRY(store.changes(tenant, sequence, 1)).empty();
  };
  int64_t low = 0, high = 1;
  if (!TRY(any_after(0))) return 0;
  while (TRY(any_after(high))) low = high, high *= 2;
  while (high - low > 1) {
    const int64_t middle = low + (high - low) / 2;
    (TRY(any_after(middle)) ? low : high) = middle;
  }
  return high;
}

}  // namespace vedette::store
