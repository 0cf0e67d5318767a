#include "dynamic_set.h"

namespace vedette::kql {

using columnar::Dynamic;

size_t DynamicSet::slot_of(const Dynamic& value, uint64_t hash) const {
  const size_t mask = slots_.size() - 1;
  size_t at = hash & mask;
  for (; slots_[at] != 0; at = (at + 1) & mask)
    if (hashes_[slots_[at] - 1] == hash && equal(values_[slots_[at] - 1], value)) break;
  return at;
}

void DynamicSet::grow() {
  slots_.assign(slots_.empty() ? 8 : slots_.size() * 2, 0);
  for (size_t i = 0; i < values_.size(); ++i) slots_[slot_of(values_[i], hashes_[i])] = static_cast<uint32_t>(i + 1);
}

namespace {

constexpr size_t steps_of_value = 16;  // what a look into a hash table takes, in those of a walk

}  // namespace

bool DynamicSet::insert(const Dynamic& value) {
  if (!watch_.go_on(steps_of_value)) return false;
  if (values_.size() * 2 >= slots_.size()) grow();
  const uint64_t hash = columnar::hash(value);
  uint32_t& slot = slots_[slot_of(value, hash)];
  if (slot != 0) return false;
  values_.push_back(value);
  hashes_.push_back(hash);
  slot = static_cast<uint32_t>(values_.size());
  return true;
}

bool DynamicSet::contains(const Dynamic& value) const {
  return watch_.go_on(steps_of_value) && !slots_.empty() && slots_[slot_of(value, columnar::hash(value))] != 0;
}

void DynamicSet::clear() {
  values_.clear();
  hashes_.clear();
  slots_.clear();
}

int64_t DynamicSet::held_bytes() const {
  return static_cast<int64_t>(values_.capacity() * sizeof(Dynamic) + hashes_.capacity() * sizeof(uint64_t) +
                              slots_.capacity() * sizeof(uint32_t));
}

}  // namespace vedette::kql
