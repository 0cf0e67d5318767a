// Different dynamic values in the order of their first arrival: make_set and the set_ functions.
#pragma once

#include <vector>

#include "vedette/base/work_scope.h"
#include "vedette/columnar/dynamic.h"

namespace vedette::kql {

// Holds values, not what they point into.
class DynamicSet {
 public:
  // False when an equal one is there, or the query is to end.
  bool insert(const columnar::Dynamic& value);
  bool contains(const columnar::Dynamic& value) const;
  // The place of the value just inserted may be overwritten by an equal one: a copy of its own.
  columnar::Dynamic& back() { return values_.back(); }
  const std::vector<columnar::Dynamic>& values() const { return values_; }
  void clear();
  int64_t held_bytes() const;

 private:
  size_t slot_of(const columnar::Dynamic& value, uint64_t hash) const;
  void grow();

  mutable base::StepWatch watch_;
  std::vector<columnar::Dynamic> values_;
  std::vector<uint64_t> hashes_;
  std::vector<uint32_t> slots_;  // place in values_ + 1, 0 when free
};

}  // namespace vedette::kql
