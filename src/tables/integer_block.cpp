#include "integer_block.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <numeric>

#include "vedette/base/bytes.h"

namespace vedette::tables {
namespace {

struct Decoded {
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

unsigned packed_width(const IntegerFrame& frame, Packing packing) {
  return packing == Packing::bytes ? (frame.width + 7) / 8 * 8 : frame.width;
}

size_t payload_bytes(size_t count, unsigned width) { return (count * width + 7) / 8; }

// Division of multiples of the unit, by a multiplication: its odd part has an inverse modulo 2^64.
class ExactDivision {
 public:
  explicit ExactDivision(uint64_t unit) : shift_(std::countr_zero(unit)) {
    const uint64_t odd = unit >> shift_;
    for (int step = 0; step < 6; ++step) inverse_ *= 2 - odd * inverse_;  // Newton: each doubles the bits that hold
  }
  uint64_t of(uint64_t multiple) const { return (multiple >> shift_) * inverse_; }

 private:
  int shift_;
  uint64_t inverse_ = 1;
};

// Fields wait in a word until it is full.
template <class Field>
void pack_bits(char* out, size_t count, unsigned width, const Field& field) {
  uint64_t word = 0;
  unsigned filled = 0;
  for (size_t i = 0; i < count; ++i) {
    const uint64_t bits = field(i);
    word |= bits << filled;
    filled += width;
    if (filled < 64) continue;
    std::memcpy(out, &word, sizeof word);
    out += sizeof word;
    filled -= 64;
    word = filled == 0 ? 0 : bits >> (width - filled);
  }
  std::memcpy(out, &word, (filled + 7) / 8);
}

template <class Field>
void pack(char* out, size_t count, unsigned width, const Field& field) {
  const auto narrow = [&]<class T>(T) {
    for (size_t i = 0; i < count; ++i) {
      const auto value = static_cast<T>(field(i));
      std::memcpy(out + i * sizeof value, &value, sizeof value);
    }
  };
  if (width == 8) return narrow(uint8_t{});
  if (width == 16) return narrow(uint16_t{});
  if (width == 32) return narrow(uint32_t{});
  pack_bits(out, count, width, field);
}

template <class T>
uint64_t common_unit(std::span<const T> values, T least) {
  uint64_t unit = 0;
  for (const T value : values) {
    const uint64_t distance = static_cast<uint64_t>(value) - static_cast<uint64_t>(least);
    if (unit > 0 && distance % unit == 0) continue;
    unit = std::gcd(unit, distance);
    if (unit == 1) break;
  }
  return std::max<uint64_t>(unit, 1);
}

template <class T>
IntegerFrame find_frame(std::span<const T> values) {
  IntegerFrame out;
  if (values.empty()) return out;
  T least = values[0], most = values[0];
  for (const T value : values) least = std::min(least, value), most = std::max(most, value);
  out.least = static_cast<int64_t>(least);
  out.most = static_cast<int64_t>(most);
  out.unit = common_unit(values, least);
  out.width =
      static_cast<unsigned>(std::bit_width((static_cast<uint64_t>(most) - static_cast<uint64_t>(least)) / out.unit));
  return out;
}

template <class T>
std::string encode(std::span<const T> values, const IntegerFrame& frame, Packing packing) {
  const unsigned width = packed_width(frame, packing);
  const auto base = static_cast<uint64_t>(frame.least);
  base::ByteWriter head;
  head.fixed(base);
  head.varint(frame.unit);
  head.byte(static_cast<uint8_t>(width));
  std::string out = head.take();
  if (width == 0) return out;
  const size_t head_bytes = out.size();
  out.resize(head_bytes + payload_bytes(values.size(), width));
  char* payload = out.data() + head_bytes;
  const ExactDivision division(frame.unit);
  pack(payload, values.size(), width, [&](size_t i) { return division.of(static_cast<uint64_t>(values[i]) - base); });
  return out;
}

bool read_frame(std::string_view block, size_t rows, Decoded& frame) {
  base::ByteReader in(block);
  frame.base = in.fixed<uint64_t>();
  frame.unit = in.varint();
  frame.width = in.byte();
  if (!in.ok() || frame.width > 64 || frame.unit == 0) return false;
  frame.payload = in.raw(in.remaining());
  return frame.payload.size() == payload_bytes(rows, frame.width);
}

template <class T>
bool decode(std::string_view block, std::span<T> out) {
  Decoded frame;
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

IntegerFrame frame_of(std::span<const int64_t> values) { return find_frame(values); }
IntegerFrame frame_of(std::span<const uint32_t> codes) { return find_frame(codes); }
std::string encode_integers(std::span<const int64_t> values, const IntegerFrame& frame, Packing packing) {
  return encode(values, frame, packing);
}
std::string encode_integers(std::span<const uint32_t> codes, const IntegerFrame& frame, Packing packing) {
  return encode(codes, frame, packing);
}
size_t encoded_bytes(const IntegerFrame& frame, size_t count, Packing packing) {
  const size_t unit_bytes = (static_cast<size_t>(std::bit_width(frame.unit)) + 6) / 7;
  return sizeof frame.least + unit_bytes + 1 + payload_bytes(count, packed_width(frame, packing));
}

bool decode_integers(std::string_view block, std::span<int64_t> out) { return decode(block, out); }
bool decode_codes(std::string_view block, std::span<uint32_t> out) { return decode(block, out); }

bool decode_integer(std::string_view block, size_t rows, size_t index, int64_t& out) {
  Decoded frame;
  if (index >= rows || !read_frame(block, rows, frame)) return false;
  const uint64_t field = frame.width == 0 ? 0 : field_at(frame.payload, index * frame.width, frame.width);
  out = static_cast<int64_t>(frame.base + frame.unit * field);
  return true;
}

}  // namespace vedette::tables
