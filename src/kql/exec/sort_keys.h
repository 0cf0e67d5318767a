// Rows in the order of `sort by`.
//
// Each key value becomes a class (null, NaN, value: in the order nulls first or last asks for) and 64 bits that order
// as the values do; most comparisons end there. Only text longer than eight bytes, decimals, guids and dynamics are
// compared in full. Rows that are equal in all keys stay in the order they came in.
#pragma once

#include <vector>

#include "query_context.h"

namespace vedette::kql {

class SortKeys {
 public:
  // `keys` are the values of `order`, one vector each, of equal length.
  SortKeys(const std::vector<SortExpression>& order, std::vector<Vector> keys);

  // All rows, sorted; or only the first `limit` of them. An error: the query was stopped.
  base::Result<Selection> sorted(const base::StopCheck& stop, size_t limit = SIZE_MAX) const;
  // Rows that come no later than `last` of `other`, as far as the first key's class and bits say.
  Selection not_after(const SortKeys& other, uint32_t last) const;
  size_t rows() const { return rows_; }
  int64_t held_bytes() const;

 private:
  struct Key {
    std::vector<uint8_t> classes;
    std::vector<uint64_t> bits;
    Vector values;
    bool bits_suffice = false;
    bool descending = false;
  };
  static Key make_key(const SortExpression& order, Vector values);
  static int compare_values(const Key& key, uint32_t a, uint32_t b);
  int compare(uint32_t a, uint32_t b) const;

  std::vector<Key> keys_;
  size_t rows_ = 0;
};

}  // namespace vedette::kql
