#include "vedette/base/utf8.h"

#include <algorithm>
#include <cstring>

namespace vedette::base {
namespace {

constexpr char32_t replacement = 0xFFFD;

// Length and smallest code point of a sequence by its first byte; length 0 for a byte that cannot start one.
struct Lead {
  int length;
  char32_t bits, least;
};

Lead lead_of(unsigned char c) {
  if (c < 0x80) return {1, c, 0};
  if ((c & 0xE0) == 0xC0) return {2, c & 0x1Fu, 0x80};
  if ((c & 0xF0) == 0xE0) return {3, c & 0x0Fu, 0x800};
  if ((c & 0xF8) == 0xF0) return {4, c & 0x07u, 0x10000};
  return {0, 0, 0};
}

// How many bytes are ASCII before the first that is not; eight at a time.
size_t ascii_bytes(std::string_view text) {
  constexpr uint64_t high_bits = 0x8080808080808080;
  size_t at = 0;
  for (uint64_t eight = 0; at + sizeof eight <= text.size(); at += sizeof eight) {
    std::memcpy(&eight, text.data() + at, sizeof eight);
    if ((eight & high_bits) != 0) break;
  }
  while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80) ++at;
  return at;
}

// Decodes one well-formed sequence; false leaves `at` alone.
bool decode(std::string_view text, size_t& at, char32_t& out) {
  const Lead lead = lead_of(static_cast<unsigned char>(text[at]));
  if (lead.length == 0 || at + lead.length > text.size()) return false;
  char32_t value = lead.bits;
  for (int i = 1; i < lead.length; ++i) {
    const auto c = static_cast<unsigned char>(text[at + i]);
    if ((c & 0xC0) != 0x80) return false;
    value = value << 6 | (c & 0x3F);
  }
  if (value < lead.least || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)) return false;
  at += lead.length;
  out = value;
  return true;
}

}  // namespace

char32_t next_code_point(std::string_view text, size_t& at) {
  char32_t value = replacement;
  if (!decode(text, at, value)) ++at;
  return value;
}

void append_utf8(std::string& out, char32_t c) {
  const auto put = [&out](char32_t byte) { out += static_cast<char>(byte); };
  if (c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) c = replacement;
  if (c < 0x80) return put(c);
  if (c < 0x800) return put(0xC0 | c >> 6), put(0x80 | (c & 0x3F));
  if (c < 0x10000) return put(0xE0 | c >> 12), put(0x80 | (c >> 6 & 0x3F)), put(0x80 | (c & 0x3F));
  put(0xF0 | c >> 18), put(0x80 | (c >> 12 & 0x3F)), put(0x80 | (c >> 6 & 0x3F)), put(0x80 | (c & 0x3F));
}

bool is_valid_utf8(std::string_view text) {
  char32_t ignored;
  for (size_t at = ascii_bytes(text); at < text.size(); at += ascii_bytes(text.substr(at)))
    if (!decode(text, at, ignored)) return false;
  return true;
}

size_t byte_of_code_point(std::string_view text, int64_t index) {
  size_t at = 0;
  for (; index > 0 && at < text.size(); --index) next_code_point(text, at);
  return at;
}

bool is_ascii(std::string_view text) { return ascii_bytes(text) == text.size(); }

size_t count_code_points(std::string_view text) {
  size_t count = 0;
  for (size_t at = 0; at < text.size(); ++count) next_code_point(text, at);
  return count;
}

}  // namespace vedette::base
