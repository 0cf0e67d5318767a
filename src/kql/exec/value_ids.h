// The distinct values of one key column, numbered from 0 as they come.
//
// An open-addressing hash table over typed values. For a dictionary-encoded column the number of each dictionary value
// is remembered, so that a row costs one array access. Null is a value of its own; NaN equals NaN.
#pragma once

#include <cstdint>
#include <memory>

#include "vedette/columnar/vector.h"

namespace vedette::kql {

inline constexpr uint32_t no_id = UINT32_MAX;

class ValueIds {
 public:
  static std::unique_ptr<ValueIds> make(columnar::Type type);
  virtual ~ValueIds() = default;
  virtual void find_or_add(const columnar::Vector& values, uint32_t* ids) = 0;  // one id a row
  virtual void find(const columnar::Vector& values, uint32_t* ids) = 0;         // no_id for what is unknown
  virtual size_t size() const = 0;
  virtual columnar::Vector values() const = 0;  // row i is the value with id i; shares its bytes with this table
  virtual int64_t held_bytes() const = 0;
};

}  // namespace vedette::kql
