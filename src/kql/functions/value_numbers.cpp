#include "value_numbers.h"

namespace vedette::kql {
namespace {

uint64_t mix(uint64_t x) {
  x ^= x >> 33;
  x *= 0xff51afd7ed558ccd;
  return x ^ (x >> 33);
}

}  // namespace

uint32_t ValueNumbers::number_of(const ValueHash& hash) {
  if (hashes_.size() * 2 >= slots_.size()) grow();
  const size_t mask = slots_.size() - 1;
  size_t at = hash.low & mask;
  for (; slots_[at] != no_number; at = (at + 1) & mask)
    if (hashes_[slots_[at]] == hash) return slots_[at];
  slots_[at] = static_cast<uint32_t>(hashes_.size());
  hashes_.push_back(hash);
  return slots_[at];
}

void ValueNumbers::grow() {
  slots_.assign(slots_.empty() ? 64 : slots_.size() * 2, no_number);
  const size_t mask = slots_.size() - 1;
  for (uint32_t number = 0; number < hashes_.size(); ++number) {
    size_t at = hashes_[number].low & mask;
    while (slots_[at] != no_number) at = (at + 1) & mask;
    slots_[at] = number;
  }
}

// An entry a dictionary value pays when there are, or have been, rows enough (slices of a column share its selection).
bool ValueNumbers::remembers(const Vector& values) {
  if (!dictionary_.shares_base(values)) {
    dictionary_ = values;
    rows_seen_ = 0;
    known_.clear();
  }
  rows_seen_ += values.size();
  const size_t rows = std::max(values.selection_size(), rows_seen_);
  if (known_.empty() && rows * 4 >= values.base_size()) known_.assign(values.base_size(), unknown);
  return !known_.empty();
}

std::vector<uint32_t> ValueNumbers::take(const ValueNumbers& other) {
  std::vector<uint32_t> out;
  out.reserve(other.size());
  for (const ValueHash& hash : other.hashes_) out.push_back(number_of(hash));
  return out;
}

int64_t ValueNumbers::held_bytes() const {
  return static_cast<int64_t>(hashes_.capacity() * sizeof(ValueHash) +
                              (slots_.capacity() + known_.capacity()) * sizeof(uint32_t));
}

void GroupedNumbers::make_room(uint32_t group, uint32_t number) {
  const size_t numbers = std::max<size_t>(std::bit_ceil(size_t{number} + 1), std::max<size_t>(numbers_, 64));
  const size_t groups = group >= groups_ ? std::max<size_t>(size_t{group} + 1, groups_ * 2) : groups_;
  GroupedNumbers old;
  std::swap(old.bits_, bits_);
  old.groups_ = groups_;
  old.numbers_ = std::max<size_t>(numbers_, 64);
  if (groups * numbers > dense_bits_max) {
    dense_ = false;
    old.for_each([&](uint32_t g, uint32_t n) { insert_pair(uint64_t{g} << 32 | n); });
    return;
  }
  bits_.assign(groups * (numbers / 64), 0);
  for (size_t i = 0; i < old.bits_.size(); ++i) {
    const size_t words = old.numbers_ / 64;
    bits_[i / words * (numbers / 64) + i % words] = old.bits_[i];
  }
  groups_ = groups;
  numbers_ = numbers;
}

bool GroupedNumbers::insert_pair(uint64_t pair) {
  if (pair_count_ * 2 >= pairs_.size()) {
    std::vector<uint64_t> old(std::max<size_t>(64, pairs_.size() * 2), empty);
    std::swap(old, pairs_);
    pair_count_ = 0;
    for (const uint64_t one : old)
      if (one != empty) insert_pair(one);
  }
  const size_t mask = pairs_.size() - 1;
  size_t at = mix(pair) & mask;
  for (; pairs_[at] != empty; at = (at + 1) & mask)
    if (pairs_[at] == pair) return false;
  pairs_[at] = pair;
  ++pair_count_;
  return true;
}

}  // namespace vedette::kql
