// The end of a segment file: where each column's blocks are and what is known of them without reading them. The grammar
// is in segment.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/columnar/type.h"

namespace vedette::tables {

inline constexpr std::string_view segment_magic = "VDSEG03\n";
inline constexpr std::string_view segment_magic_v2 = "VDSEG02\n";  // terms with bytes beyond ASCII: not looked at
inline constexpr std::string_view segment_magic_v1 = "VDSEG01\n";
inline constexpr std::string_view segment_end_magic = "VDSEGEND";
inline constexpr size_t segment_tail_bytes = 4 + 8 + segment_end_magic.size();

// packed_dictionary and integers are there since format 2; format 1 has plain_dictionary.
enum class Encoding : uint8_t { absent = 0, fixed = 1, plain_dictionary = 2, integers = 3, packed_dictionary = 4 };

struct BlockRef {
  uint64_t offset = 0, stored_bytes = 0, raw_bytes = 0, checksum = 0;
};
// A block of integers (or codes) and the least and greatest of them: its zone map.
struct RangeBlock {
  BlockRef ref;
  int64_t least = 0, most = 0;
};
// Some values of a dictionary, from code `first` on.
struct ValueChunk {
  uint64_t first = 0, count = 0;
  BlockRef ref;
};
struct TermsRef {
  uint64_t offset = 0;  // of the first group of terms
  BlockRef directory;
};

struct StoredColumn {
  columnar::Column column;
  Encoding encoding = Encoding::absent;
  uint64_t null_count = 0;
  BlockRef validity;               // empty when no row is null
  BlockRef values;                 // fixed; plain_dictionary
  std::vector<RangeBlock> blocks;  // integers: values; packed_dictionary: codes; plain_dictionary: one, all codes
  uint64_t value_count = 0;        // packed_dictionary
  std::vector<ValueChunk> chunks;  // packed_dictionary
  std::optional<TermsRef> terms;   // packed_dictionary of text
};

struct SegmentFooter {
  uint64_t rows = 0;
  int64_t min_ticks = INT64_MIN, max_ticks = INT64_MAX;  // of the column Timestamp; everything when it is not known
  int64_t ingested_first = 0, ingested_last = 0;         // 0 in format 1, which does not say
  std::vector<StoredColumn> columns;
};

std::string encode_footer(const SegmentFooter& footer);
// nullopt when it is damaged.
std::optional<SegmentFooter> decode_footer(std::string_view bytes, int version);

}  // namespace vedette::tables
