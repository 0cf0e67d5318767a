// The constants that the writer and the reader of segments share. The grammar is in segment.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vedette::tables {

inline constexpr std::string_view segment_magic = "VDSEG01\n";
inline constexpr std::string_view segment_end_magic = "VDSEGEND";
inline constexpr size_t segment_tail_bytes = 4 + 8 + segment_end_magic.size();

enum class Encoding : uint8_t { absent = 0, fixed = 1, dictionary = 2 };

constexpr size_t code_width(size_t distinct_count) {
  return distinct_count <= 0x100 ? 1 : distinct_count <= 0x10000 ? 2 : 4;
}

}  // namespace vedette::tables
