// Reading and writing little-endian integers, varints (LEB128) and texts.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace vedette::base {

class ByteWriter {
 public:
  explicit ByteWriter(size_t expected_bytes = 0) { out_.reserve(expected_bytes); }
  void byte(uint8_t value) { out_ += static_cast<char>(value); }
  template <class T>
  void fixed(T value) {
    out_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void varint(uint64_t value) {
    char bytes[10];
    size_t count = 0;
    for (; value >= 0x80; value >>= 7) bytes[count++] = static_cast<char>(value | 0x80);
    bytes[count++] = static_cast<char>(value);
    out_.append(bytes, count);
  }
  void text(std::string_view value) {
    varint(value.size());
    out_ += value;
  }
  void raw(std::string_view value) { out_ += value; }
  size_t size() const { return out_.size(); }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

// Reads past the end fail: ok() is false from then on and every value is 0 or "".
class ByteReader {
 public:
  explicit ByteReader(std::string_view in) : in_(in) {}
  bool ok() const { return ok_; }
  void fail() { ok_ = false; }
  bool at_end() const { return in_.empty(); }
  size_t remaining() const { return in_.size(); }
  uint8_t byte() { return fixed<uint8_t>(); }
  template <class T>
  T fixed() {
    T value{};
    const std::string_view bytes = raw(sizeof value);
    if (ok_) std::memcpy(&value, bytes.data(), sizeof value);
    return value;
  }
  uint64_t varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const uint8_t b = byte();
      value |= static_cast<uint64_t>(b & 0x7F) << shift;
      if (b < 0x80) return value;
    }
    ok_ = false;
    return 0;
  }
  std::string_view text() { return raw(varint()); }
  std::string_view raw(uint64_t size) {
    if (!ok_ || size > in_.size()) {
      ok_ = false;
      return {};
    }
    const std::string_view value = in_.substr(0, size);
    in_.remove_prefix(size);
    return value;
  }

 private:
  std::string_view in_;
  bool ok_ = true;
};

}  // namespace vedette::base
