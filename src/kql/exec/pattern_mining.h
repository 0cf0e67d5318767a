// Sets of values, one a dimension at most, that a large part of the rows have.
//
// Frequent sets are found breadth first, each as its closure: what all rows of the set have in common belongs to it, so
// that of sets with the same rows only the one that says most is an answer. A step of the search is a value that does
// not follow from those before it ("uncorrelated dimensions" in the documentation of basket).
// Source: kusto/query: basket-plugin, autocluster-plugin, diffpatterns-plugin. Closed sets: Pasquier et al.,
// "Discovering Frequent Closed Itemsets for Association Rules".
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "memory_charge.h"

namespace vedette::kql {

inline constexpr uint32_t no_value = UINT32_MAX;
inline constexpr size_t patterns_max = 10'000;  // sets that a search may meet

using Weights = std::array<double, 2>;  // of two sets of rows that are compared; else the second is 0

struct MinedPattern {
  std::vector<uint32_t> values;  // of each dimension; no_value: any
  size_t value_count = 0;
  Weights weights = {0, 0};
};

class PatternMiner {
 public:
  // `values[d][i]` is the number of row i's value of dimension d. `who` is named in errors.
  PatternMiner(std::vector<std::vector<uint32_t>> values, std::vector<Weights> weights, const char* who,
               const base::StopCheck& stop, base::MemoryBudget& memory);

  // All closed sets that have at least `threshold` of one of the two weights and are made by `steps` values.
  base::Result<std::vector<MinedPattern>> frequent(double threshold, size_t steps);
  // From the heaviest row that no pattern has yet, the value is added that makes share^size_weight *
  // (values / dimensions)^(1 - size_weight) largest, as long as it grows; `seeds` times.
  base::Result<std::vector<MinedPattern>> clusters(double threshold, double size_weight, size_t seeds);

  const Weights& total() const { return total_; }

 private:
  using Rows = std::vector<uint32_t>;
  struct Item {
    size_t dimension = 0;
    uint32_t value = 0;
  };
  struct Found {
    MinedPattern pattern;  // its values are items
    Rows rows;
  };

  base::Status prepare(double threshold);
  base::Status merge_rows();
  bool is_frequent(const Weights& weights, double threshold) const;
  uint32_t item(uint32_t row, size_t dimension) const { return items_[row * dimensions_ + dimension]; }
  Found closure(Rows rows) const;
  std::vector<uint32_t> extensions(const Found& found, double threshold) const;
  Rows rows_with(const Rows& rows, uint32_t item) const;
  base::Result<Found> grown(uint32_t seed, double size_weight) const;
  double score(const Weights& weights, size_t value_count, double size_weight) const;
  MinedPattern answer(const MinedPattern& pattern) const;

  const std::vector<std::vector<uint32_t>> values_;
  std::vector<Weights> weights_;  // of the rows, then of the merged ones
  const char* const who_;
  const base::StopCheck& stop_;
  MemoryCharge charge_;
  const size_t dimensions_;
  Weights total_ = {0, 0};
  std::vector<Item> known_;      // by their numbers
  std::vector<uint32_t> items_;  // of each merged row: an item a dimension, or no_value
};

}  // namespace vedette::kql
