// The distinct values of one key column, numbered from 0 as they come.
//
// An open-addressing hash table over typed values. For a dictionary-encoded column the number of each dictionary value
// is remembered, so that a row costs one array access. Null is a value of its own; NaN equals NaN.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "vedette/columnar/vector.h"

namespace vedette::kql {

inline constexpr uint32_t no_id = UINT32_MAX;

// The numbers of the values of the dictionary that was seen last.
class DictionaryIds {
 public:
  static constexpr uint32_t unknown = no_id - 1;
  // Turns to the dictionary of `values`; false when there are too few rows for remembering to pay.
  bool remembers(const columnar::Vector& values);
  // The number of the dictionary's value at `index`, asked of `look_up` until it is known.
  template <class F>
  uint32_t get(size_t index, F look_up) {
    uint32_t& id = ids_[index];
    if (id == unknown) id = look_up();
    return id;
  }
  int64_t held_bytes() const { return static_cast<int64_t>(ids_.capacity() * sizeof(uint32_t)); }

 private:
  columnar::Vector dictionary_;
  size_t rows_seen_ = 0;
  std::vector<uint32_t> ids_;  // empty: not remembered (yet)
};

class ValueIds {
 public:
  static std::unique_ptr<ValueIds> make(columnar::Type type);
  virtual ~ValueIds() = default;
  virtual void find_or_add(const columnar::Vector& values, uint32_t* ids) = 0;  // one id a row
  // Of a selected vector, one id for each value of its dictionary; false when one has none, or it would not pay.
  virtual bool find_dictionary(const columnar::Vector& values, std::vector<uint32_t>& ids) = 0;
  virtual size_t size() const = 0;
  virtual columnar::Vector values() const = 0;  // row i is the value with id i; shares its bytes with this table
  virtual int64_t held_bytes() const = 0;
};

}  // namespace vedette::kql
