// Numbers for texts that repeat, in the order of their coming, so that each is held once and compared as a number.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "vedette/columnar/arena.h"

namespace vedette::correlate {

using NameNumber = uint32_t;

class Names {
 public:
  Names() = default;
  Names(const Names&) = delete;

  NameNumber number(std::string_view text);
  std::string_view text(NameNumber number) const { return texts_[number]; }
  size_t bytes() const { return static_cast<size_t>(bytes_.reserved_bytes()); }  // of the texts

 private:
  void grow();
  size_t slot_of(std::string_view text) const;

  columnar::Arena bytes_;
  std::vector<std::string_view> texts_;  // in `bytes_`
  std::vector<NameNumber> slots_;        // by the hash of the text, the next free one behind it; a power of two of them
};

}  // namespace vedette::correlate
