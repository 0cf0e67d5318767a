#include "integer_block.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <numeric>

#include "bytes.h"

namespace vedette::tables {
namespace {

struct Frame {
  uint64_t base = 0, unit = 1;
  unsigned width = 0;
  std::string_view payload;
};

uint64_t load(const char* bytes) {
  uint64_t value = 0;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

uint64_t load_end(std::string_view bytes) {
  uint64_t value = 0;
  std::memcpy(&value, bytes.data(), std::min(bytes.size(), sizeof value));
  return value;
}

uint64_t mask_of(unsigned width) { return width == 64 ? ~uint64_t{0} : (uint64_t{1} << width) - 1; }

// The field that begins at `bit`, of a width that may make it span nine bytes.
uint64_t field_at(std::string_view payload, size_t bit, unsigned width) {
  const std::string_view rest = payload.substr(bit / 8);
  const unsigned shift = bit % 8;
  uint64_t field = (rest.size() >= 8 ? load(rest.data()) : load_end(rest)) >> shift;
  if (shift + width > 64) field |= uint64_t{static_cast<uint8_t>(rest[8])} << (64 - shift);
  return field & mask_of(width);
}

std::string pack(std::span<const int64_t> values, uint64_t base, uint64_t unit, unsigned width) {
  std::string out((values.size() * width + 7) / 8 + 8, '\0');  // room for whole words, cut off below
  size_t bit = 0;
  for (const int64_t value : values) {
    const uint64_t field = (static_cast<uint64_t>(value) - base) / unit;
    char* at = out.data() + bit / 8;
    const unsigned shift = bit % 8;
    const uint64_t word = load(at) | field << shift;
    std::memcpy(at, &word, sizeof word);
    if (shift + width > 64) at[8] = static_cast<char>(field >> (64 - shift));
    bit += width;
  }
  out.resize((values.size() * width + 7) / 8);
  return out;
}

bool read_frame(std::string_view block, size_t rows, Frame& frame) {
  ByteReader in(block);
  frame.base = in.fixed<uint64_t>();
  frame.unit = in.varint();
  frame.width = in.byte();
  if (!in.ok() || frame.width > 64 || frame.unit == 0) return false;
  frame.payload = in.raw(in.remaining());
  return frame.payload.size() == (rows * frame.width + 7) / 8;
}

template <class T>
bool decode(std::string_view block, std::span<T> out) {
  Frame frame;
  if (!read_frame(block, out.size(), frame)) return false;
  if (frame.width == 0) {
    std::fill(out.begin(), out.end(), static_cast<T>(frame.base));
    return true;
  }
  const uint64_t mask = mask_of(frame.width);
  // Fields whose eight bytes are all there, and that fit into them.
  const size_t words = frame.payload.size() >= 8 ? (frame.payload.size() - 8) * 8 / frame.width + 1 : 0;
  const size_t fast = frame.width <= 57 ? std::min(out.size(), words) : 0;
  const char* payload = frame.payload.data();
  size_t bit = 0, i = 0;
  for (; i < fast; ++i, bit += frame.width)
    out[i] = static_cast<T>(frame.base + frame.unit * (load(payload + bit / 8) >> bit % 8 & mask));
  for (; i < out.size(); ++i, bit += frame.width)
    out[i] = static_cast<T>(frame.base + frame.unit * field_at(frame.payload, bit, frame.width));
  return true;
}

}  // namespace

std::string encode_integers(std::span<const int64_t> values, Packing packing) {
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  const auto base = values.empty() ? uint64_t{0} : static_cast<uint64_t>(*least);
  uint64_t unit = 0;
  for (const int64_t value : values) {
    unit = std::gcd(unit, static_cast<uint64_t>(value) - base);
    if (unit == 1) break;
  }
  unit = std::max<uint64_t>(unit, 1);
  const uint64_t range = values.empty() ? 0 : (static_cast<uint64_t>(*most) - base) / unit;
  auto width = static_cast<unsigned>(std::bit_width(range));
  if (packing == Packing::bytes) width = (width + 7) / 8 * 8;
  ByteWriter out;
  out.fixed(base);
  out.varint(unit);
  out.byte(static_cast<uint8_t>(width));
  if (width > 0) out.raw(pack(values, base, unit, width));
  return out.take();
}

bool decode_integers(std::string_view block, std::span<int64_t> out) { return decode(block, out); }
bool decode_codes(std::string_view block, std::span<uint32_t> out) { return decode(block, out); }

bool decode_integer(std::string_view block, size_t rows, size_t index, int64_t& out) {
  Frame frame;
  if (index >= rows || !read_frame(block, rows, frame)) return false;
  const uint64_t field = frame.width == 0 ? 0 : field_at(frame.payload, index * frame.width, frame.width);
  out = static_cast<int64_t>(frame.base + frame.unit * field);
  return true;
}

}  // namespace vedette::tables
