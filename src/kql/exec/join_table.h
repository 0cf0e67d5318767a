// The groups of a join's build rows that have equal keys, found by the numbers of the keys (join_keys.h).
//
// Rows are partitioned by their hash. What is kept of them stands partition by partition, so that each is filled by one
// thread with all that it needs in the processor's cache: a partition has an open-addressing table of its own. A row's
// *place* is where it stands in this order. Source of the idea: radix joins (Balkesen et al., ICDE 2013).
#pragma once

#include <span>
#include <vector>

#include "query_context.h"
#include "vedette/base/prefetch.h"

namespace vedette::kql {

class JoinTable {
 public:
  enum class Keep : uint8_t { all_rows, first_of_group };

  // The threads that build it, and what tells them to stop.
  struct Workers {
    size_t count = 1;
    const base::StopCheck& stop;
  };

  // `keys` are the columns of numbers. A row with a null key is in no group. Groups are numbered from 0. What was told
  // to stop ends in an error, and is no table then.
  base::Status build(const std::vector<Vector>& keys, size_t rows, Keep keep, const Workers& workers);
  // The most that it holds while it is built.
  static int64_t bytes_to_build(size_t rows, size_t width) {
    const size_t row = 2 * sizeof(uint64_t) + width * sizeof(int64_t) + 4 * sizeof(uint32_t) + 4 * sizeof(Slot);
    return static_cast<int64_t>(rows * row);
  }
  // Of rows that are looked up, their group; no_id for what is not there. Safe from several threads.
  void find(const std::vector<Vector>& keys, size_t rows, std::vector<uint32_t>& groups) const;
  size_t size() const { return first_.empty() ? 0 : first_.size() - 1; }
  // The build rows of a group, ascending.
  std::span<const uint32_t> rows_of(uint32_t group) const {
    return std::span(rows_by_group_).subspan(first_[group], first_[group + 1] - first_[group]);
  }
  // Brings what rows_of() will need of a group on its way from memory.
  void prefetch(uint32_t group) const { base::prefetch(&first_[group]); }
  void prefetch_rows(uint32_t group) const { base::prefetch(&rows_by_group_[first_[group]]); }
  int64_t held_bytes() const;

 private:
  struct Slot {
    uint32_t place = 0;  // of the group's first row, from 1; 0 is a free slot
    uint32_t tag = 0;    // of the hash
  };
  struct Partition {
    size_t begin = 0, end = 0;  // its places
    std::vector<Slot> slots;
    uint32_t first_group = 0, groups = 0;
  };
  size_t partition_of(uint64_t hash) const { return partition_bits_ == 0 ? 0 : hash >> (64 - partition_bits_); }
  bool equal(size_t a, const int64_t* key) const {
    for (size_t i = 0; i < width_; ++i)
      if (keys_[a * width_ + i] != key[i]) return false;
    return true;
  }
  base::Status place_rows(const std::vector<Vector>& keys, size_t rows, const Workers& workers);
  void fill(Partition& partition);
  void group_rows(const Partition& partition);

  size_t width_ = 0;
  uint32_t partition_bits_ = 0;
  std::vector<Partition> partitions_;
  std::vector<uint32_t> rows_;    // by place
  std::vector<uint64_t> hashes_;  // by place; until it is built
  std::vector<int64_t> keys_;     // by place, width_ numbers each
  std::vector<uint32_t> groups_;  // by place
  std::vector<uint32_t> first_;   // by group: its first row in rows_by_group_
  std::vector<uint32_t> rows_by_group_;
};

}  // namespace vedette::kql
