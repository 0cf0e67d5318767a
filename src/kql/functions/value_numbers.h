// The different values of an aggregate's argument, numbered from 0 as they come, so that sets of values become sets of
// small numbers. A dictionary's value is hashed once, however many rows have it.
#pragma once

#include <algorithm>
#include <bit>
#include <vector>

#include "value_hash.h"
#include "vedette/kql/functions/function.h"

namespace vedette::kql {

inline constexpr uint32_t no_number = UINT32_MAX;

class ValueNumbers {
 public:
  // The number of each row's value; no_number for a null. T is the native type of `values`. `added(row)` is called for
  // the row whose value got a new number.
  template <class T, class Added>
  void number(const Vector& values, std::vector<uint32_t>& numbers, const Added& added) {
    const auto view = values.view<T>();
    const auto look_up = [&](size_t row) {
      if (values.is_null(row)) return no_number;
      const size_t before = hashes_.size();
      const uint32_t number = number_of(hash_value(view[row]));
      if (hashes_.size() > before) added(row);
      return number;
    };
    numbers.resize(values.size());
    if (values.is_constant() && values.size() > 0) {
      std::fill(numbers.begin(), numbers.end(), look_up(0));
    } else if (values.is_selected() && remembers(values)) {
      for (size_t row = 0; row < numbers.size(); ++row) {
        uint32_t& known = known_[view.index(row)];
        if (known == unknown) known = look_up(row);
        numbers[row] = known;
      }
    } else {
      for (size_t row = 0; row < numbers.size(); ++row) numbers[row] = look_up(row);
    }
  }

  size_t size() const { return hashes_.size(); }
  // For each of other's numbers, the number here.
  std::vector<uint32_t> take(const ValueNumbers& other);
  int64_t held_bytes() const;

 private:
  static constexpr uint32_t unknown = no_number - 1;
  uint32_t number_of(const ValueHash& hash);
  bool remembers(const Vector& values);
  void grow();

  std::vector<ValueHash> hashes_;
  std::vector<uint32_t> slots_;
  Vector dictionary_;  // the one seen last, and the numbers of its values
  std::vector<uint32_t> known_;
  size_t rows_seen_ = 0;
};

// A set of pairs (group, number): one bit each while that is small, else a hash table.
class GroupedNumbers {
 public:
  bool insert(uint32_t group, uint32_t number) {  // false when it is there
    if (dense_ && (group >= groups_ || number >= numbers_)) make_room(group, number);
    if (!dense_) return insert_pair(uint64_t{group} << 32 | number);
    uint64_t& word = bits_[group * (numbers_ / 64) + number / 64];
    const uint64_t bit = uint64_t{1} << number % 64;
    const bool fresh = (word & bit) == 0;
    word |= bit;
    return fresh;
  }
  template <class Visit>
  void for_each(const Visit& visit) const {
    if (dense_) {
      for (size_t i = 0; i < bits_.size(); ++i)
        for (uint64_t word = bits_[i]; word != 0; word &= word - 1)
          visit(static_cast<uint32_t>(i * 64 / numbers_),
                static_cast<uint32_t>(i * 64 % numbers_ + static_cast<size_t>(std::countr_zero(word))));
      return;
    }
    for (const uint64_t pair : pairs_)
      if (pair != empty) visit(static_cast<uint32_t>(pair >> 32), static_cast<uint32_t>(pair));
  }
  int64_t held_bytes() const { return static_cast<int64_t>((bits_.capacity() + pairs_.capacity()) * 8); }

 private:
  static constexpr uint64_t empty = UINT64_MAX;
  static constexpr size_t dense_bits_max = size_t{1} << 28;

  void make_room(uint32_t group, uint32_t number);
  bool insert_pair(uint64_t pair);

  bool dense_ = true;
  size_t groups_ = 0, numbers_ = 0;  // dense: numbers_ is a power of two, at least 64
  std::vector<uint64_t> bits_;
  std::vector<uint64_t> pairs_;  // open addressing
  size_t pair_count_ = 0;
};

}  // namespace vedette::kql
