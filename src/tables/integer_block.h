// Integers of a column, a block at a time: frame of reference, common unit, bit-packed.
//
//   block := base:i64 unit:varint width:u8 payload      value i = base + unit * field i
//
// `payload` holds the fields of `width` bits each, the lowest bits first. Width 0 has no payload: all values are base.
// Timestamps in whole microseconds have the unit 10. The writer takes a width that is a multiple of 8 where the block
// is compressed afterwards, since entropy coders see whole bytes.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace vedette::tables {

// Rows of an integer block; the last of a column may have fewer.
inline constexpr size_t block_rows = 65'536;

enum class Packing : uint8_t { bits, bytes };

struct IntegerFrame {
  int64_t least = 0, most = 0;
  uint64_t unit = 1;
  unsigned width = 0;  // in bits
};

// Of 64-bit values, or of 32-bit codes.
IntegerFrame frame_of(std::span<const int64_t> values);
IntegerFrame frame_of(std::span<const uint32_t> codes);
std::string encode_integers(std::span<const int64_t> values, const IntegerFrame& frame, Packing packing);
std::string encode_integers(std::span<const uint32_t> codes, const IntegerFrame& frame, Packing packing);
size_t encoded_bytes(const IntegerFrame& frame, size_t count, Packing packing);

// False when the block is damaged.
bool decode_integers(std::string_view block, std::span<int64_t> out);
// The same for values that are 32-bit codes.
bool decode_codes(std::string_view block, std::span<uint32_t> out);
// The one value at `index` of a block of `rows`.
bool decode_integer(std::string_view block, size_t rows, size_t index, int64_t& out);

}  // namespace vedette::tables
