// The groups of a join's build rows that have equal keys, found by the numbers of the keys (join_keys.h).
//
// Rows are partitioned by their hash; each partition has an open-addressing table of its own, small enough for the
// processor's cache while it is filled, and is filled by one thread.
#pragma once

#include <span>
#include <vector>

#include "query_context.h"

namespace vedette::kql {

class JoinTable {
 public:
  // `keys` are the columns of numbers. The group of each row, no_id where a key is null. Groups are numbered from 0.
  void build(const std::vector<Vector>& keys, size_t rows, size_t threads, std::vector<uint32_t>& groups);
  // Of rows that are looked up; no_id for what is not there. Safe from several threads.
  void find(const std::vector<Vector>& keys, size_t rows, std::vector<uint32_t>& groups) const;
  size_t size() const { return group_count_; }
  int64_t held_bytes() const;

 private:
  using Columns = std::vector<columnar::View<int64_t>>;
  struct Slot {
    uint32_t row = 0;  // the group's first row, from 1; 0 is a free slot
    uint32_t tag = 0;  // of the hash
  };
  struct Partition {
    std::vector<Slot> slots;
    uint32_t groups = 0;       // in it
    uint32_t first_group = 0;  // of the whole table's numbers
  };
  static constexpr size_t partition_bits = 6;
  static size_t partition_of(uint64_t hash) { return hash >> (64 - partition_bits); }

  void fill(Partition& partition, std::span<const uint32_t> rows, const std::vector<uint64_t>& hashes,
            std::vector<uint32_t>& groups);
  bool equal(const Columns& keys, size_t row, uint32_t build_row) const;

  std::vector<std::vector<int64_t>> keys_;  // of the build rows, by column
  std::vector<uint32_t> group_of_row_;      // within its partition
  std::vector<Partition> partitions_;
  size_t group_count_ = 0;
};

}  // namespace vedette::kql
