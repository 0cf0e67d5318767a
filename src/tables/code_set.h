// Some codes of a dictionary: a bit for each of its values, so that what rows ask at random stays in near caches.
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <vector>

namespace vedette::tables {

class CodeSet {
 public:
  CodeSet() = default;
  // None or all of the codes below `limit`.
  explicit CodeSet(size_t limit, bool all = false)
      : words_((limit + word_bits - 1) / word_bits, all ? ~uint64_t{0} : 0) {
    if (all && limit % word_bits != 0) words_.back() >>= word_bits - limit % word_bits;
  }
  // Those whose truth is not 0.
  static CodeSet where(std::span<const uint8_t> truths) {
    CodeSet out(truths.size());
    for (size_t code = 0; code < truths.size(); ++code) out.words_[code / word_bits] |= bit(code, truths[code] != 0);
    return out;
  }

  void insert(uint32_t code) { words_[code / word_bits] |= bit(code, true); }
  void erase(uint32_t code) { words_[code / word_bits] &= ~bit(code, true); }
  bool contains(uint32_t code) const { return (words_[code / word_bits] >> code % word_bits & 1) != 0; }
  size_t count() const {
    size_t count = 0;
    for (const uint64_t word : words_) count += static_cast<size_t>(std::popcount(word));
    return count;
  }
  std::vector<uint32_t> codes() const {  // ascending
    std::vector<uint32_t> out;
    for (size_t i = 0; i < words_.size(); ++i)
      for (uint64_t word = words_[i]; word != 0; word &= word - 1)
        out.push_back(static_cast<uint32_t>(i * word_bits + static_cast<size_t>(std::countr_zero(word))));
    return out;
  }

 private:
  static constexpr size_t word_bits = 64;
  static uint64_t bit(size_t code, bool set) { return uint64_t{set} << code % word_bits; }

  std::vector<uint64_t> words_;
};

}  // namespace vedette::tables
