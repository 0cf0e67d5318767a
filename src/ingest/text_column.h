// The texts of a column that is being built, each distinct one once.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/columnar/vector.h"

namespace vedette::ingest {

// Texts are looked up as they stand in JSON, between their quotes: only one that is new is freed of its escapes. A text
// that was written in two ways has two numbers.
//
// A record asks many columns for a number each, and most of these lie in memory that the processor does not have at
// hand. So each text is looked up in three steps, and a record takes each step for all its texts before the next: the
// waits overlap.
class TextColumn {
 public:
  TextColumn();
  // A text on its way to its number. `escaped` outlives it.
  struct Lookup {
    std::string_view escaped;
    uint64_t hash = 0;
    size_t slot = 0;
  };
  Lookup begin(std::string_view escaped) const;
  void find(Lookup& lookup) const;
  // The number; nullopt when the text is new and its escapes are wrong.
  std::optional<uint32_t> code_of(const Lookup& lookup);
  uint32_t empty_code();

  void append(uint32_t code) { codes_->push_back(code); }
  size_t size() const { return codes_->size(); }
  size_t bytes() const { return bytes_; }  // of the distinct texts, about
  // The rows as a dictionary; the column is empty afterwards.
  columnar::Vector finish();

 private:
  struct Slot {
    const char* escaped = nullptr;  // null: free
    uint32_t size = 0;
    uint32_t tag = 0;  // of the hash
    uint32_t code = 0;
  };
  static uint32_t tag_of(uint64_t hash) { return static_cast<uint32_t>(hash >> 32); }
  std::optional<uint32_t> insert(const Lookup& lookup, size_t at);
  void grow();

  std::vector<Slot> slots_;
  columnar::VectorBuilder values_{columnar::Type::string};
  std::unique_ptr<columnar::Arena> escaped_texts_ = std::make_unique<columnar::Arena>();  // of those that have escapes
  std::shared_ptr<std::vector<uint32_t>> codes_ = std::make_shared<std::vector<uint32_t>>();
  std::string unescaped_;
  size_t bytes_ = 0;
  bool distinct_ = true;  // no two texts stand for the same
};

}  // namespace vedette::ingest
