// The distinct values of a text or dynamic column, numbered in the order of their first row, and each row's number.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "vedette/columnar/arena.h"
#include "vedette/columnar/vector.h"

namespace vedette::tables {

class DictionaryBuilder {
 public:
  explicit DictionaryBuilder(size_t rows) { codes_.reserve(rows); }
  // Text points into the batches, which outlive the builder; a dynamic's value is its binary form (dynamic_codec.h).
  void add(const columnar::Vector& rows);
  std::span<const std::string_view> values() const { return values_; }
  std::span<const uint32_t> codes() const { return codes_; }

 private:
  // Beside the place of a value a part of its hash: others are passed over without a look at the value.
  struct Slot {
    uint32_t tag = 0;
    uint32_t code = 0;  // + 1; 0: free
  };
  template <class T>
  void add_rows(const columnar::Vector& rows);
  template <class T>
  void add_selected(const columnar::Vector& rows);
  void turn_to(const columnar::Vector& dictionary);
  // Gives each of the values its code, a new one where it is new.
  void number(std::span<const std::string_view> values, std::span<uint32_t> codes);
  uint32_t code_of(std::string_view value, uint64_t hash);
  std::string_view bytes_of(std::string_view text) { return text; }
  std::string_view bytes_of(const columnar::Dynamic& value);
  void hash_values();
  void make_room(size_t values);

  std::vector<std::string_view> values_;
  std::vector<uint64_t> hashes_;
  std::vector<Slot> slots_;
  std::vector<uint32_t> codes_;
  columnar::Arena arena_;
  // The codes of a dictionary that came in: a row then costs one access.
  columnar::Vector known_;
  std::vector<uint32_t> code_of_known_;
  bool only_known_ = false;      // all values are of that one dictionary, where each comes once: none has a slot yet
  std::vector<uint32_t> fresh_;  // of the dictionary's values, those that come for the first time
  std::vector<std::string_view> fresh_values_;
  std::vector<uint32_t> fresh_codes_;
};

}  // namespace vedette::tables
