// The intermediate results of dcount and percentiles as dynamics, in the documented shape:
//   hll      [[1024, 14], ["hash", …], []]        the hashes of the different values
//   tdigest  [[7], [value, …], [weight, …]]       the values in ascending order and how often each came
// The documented ones are estimates beyond some size; these stay exact.
#pragma once

#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "vedette/columnar/dynamic.h"

namespace vedette::kql {

using HashSet = std::vector<int64_t>;  // sorted, each once

std::optional<HashSet> read_hll(const columnar::Dynamic& value);
columnar::Dynamic hll_of(columnar::Arena& arena, const HashSet& hashes);
void add_all(HashSet& to, const HashSet& from);

struct Digest {
  std::vector<columnar::Dynamic> values;  // numbers, datetimes or timespans, all of one kind
  std::vector<int64_t> weights;
};

std::optional<Digest> read_digest(const columnar::Dynamic& value);
columnar::Dynamic digest_of(columnar::Arena& arena, const Digest& digest);
// Both sorted; the values of `from` keep pointing where they do.
void add_all(Digest& to, const Digest& from);
bool digest_less(const columnar::Dynamic& a, const columnar::Dynamic& b);  // NaN before all
// The value at rank ⌈percentile/100 × total weight⌉, at least the first.
columnar::Dynamic percentile_of(const Digest& digest, double percentile);

// Of the same value: what is more than a long holds counts as the largest one.
inline int64_t add_weights(int64_t a, int64_t b) {
  int64_t sum;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return a < 0 ? std::numeric_limits<int64_t>::min() : std::numeric_limits<int64_t>::max();
}

}  // namespace vedette::kql
