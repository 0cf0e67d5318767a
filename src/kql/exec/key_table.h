// Groups of rows that are equal in several key columns, numbered from 0 as they come.
//
// Each column's values get numbers of their own (value_ids.h); a group is then a tuple of numbers, found in one hash
// table whatever the columns' types are. With one column the value's number is the group; with none all rows are group
// 0.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "value_ids.h"

namespace vedette::kql {

class KeyTable {
 public:
  explicit KeyTable(std::span<const columnar::Type> types);

  // The group of each row.
  void find_or_add(std::span<const columnar::Vector> keys, size_t rows, std::vector<uint32_t>& groups);

  // Of a dictionary that is the one key, the group of each of its values; false when one has none, or it would not pay.
  bool find_dictionary(std::span<const columnar::Vector> keys, std::vector<uint32_t>& groups);

  size_t size() const;
  std::vector<columnar::Vector> keys() const;  // of each group, one vector a key column
  int64_t held_bytes() const;

 private:
  // Where the tuple is, or would be.
  size_t slot_of(const uint32_t* tuple, uint64_t hash) const;
  uint32_t find_or_add(const uint32_t* tuple);
  void grow();

  std::vector<std::unique_ptr<ValueIds>> columns_;
  size_t width_;
  std::vector<uint32_t> tuples_;  // width_ numbers a group
  std::vector<uint64_t> hashes_;
  std::vector<uint32_t> slots_;
  size_t keyless_groups_ = 0;
  std::vector<std::vector<uint32_t>> ids_;  // of the rows at hand, by column
};

}  // namespace vedette::kql
