// How many rows meet a condition, as it was counted lately: counting costs as much as a page. A tenant's writes move
// the count by one each at most, so it is good while there are few of them. A wrong one costs time, never an answer.
// Threads: any.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <unordered_map>

namespace vedette::store {

class RowEstimates {
 public:
  // `condition`: a hash of it, its tenant and its collection.
  // `newest`: the sequence of the tenant's newest write; nullopt when more than `writes_max` came since it was counted.
  std::optional<int64_t> find(uint64_t condition, int64_t newest, int64_t writes_max) {
    const std::scoped_lock lock(mutex_);
    const auto found = counts_.find(condition);
    if (found == counts_.end() || newest - found->second.sequence > writes_max) return std::nullopt;
    return found->second.rows;
  }
  void put(uint64_t condition, int64_t newest, int64_t rows) {
    const std::scoped_lock lock(mutex_);
    if (counts_.size() >= conditions_max) counts_.clear();
    counts_[condition] = {newest, rows};
  }

 private:
  struct Count {
    int64_t sequence = 0, rows = 0;
  };
  static constexpr size_t conditions_max = 4096;

  std::mutex mutex_;
  std::unordered_map<uint64_t, Count> counts_;
};

}  // namespace vedette::store
