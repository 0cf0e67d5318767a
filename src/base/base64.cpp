#include "vedette/base/base64.h"

#include <array>
#include <cstdint>

namespace vedette::base {
namespace {

constexpr std::string_view standard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view for_urls = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

using Values = std::array<int8_t, 256>;  // of the characters; -1: it has none

constexpr Values values_of(std::string_view alphabet) {
  Values table{};
  table.fill(-1);
  for (size_t i = 0; i < alphabet.size(); ++i) table[static_cast<unsigned char>(alphabet[i])] = static_cast<int8_t>(i);
  return table;
}
constexpr Values standard_values = values_of(standard), url_values = values_of(for_urls);

std::string encode(std::string_view bytes, std::string_view alphabet) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  uint32_t bits = 0;
  int held = 0;
  for (const char c : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    for (held += 8; held >= 6; held -= 6) out += alphabet[bits >> (held - 6) & 63];
  }
  if (held > 0) out += alphabet[bits << (6 - held) & 63];
  return out;
}

struct Decoded {
  std::string bytes;
  bool stray_bits = false;
};

std::optional<Decoded> decode(std::string_view text, const Values& values) {
  if (text.size() % 4 == 1) return std::nullopt;
  Decoded out;
  out.bytes.reserve(text.size() * 3 / 4);
  uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    const int value = values[static_cast<unsigned char>(c)];
    if (value < 0) return std::nullopt;
    bits = bits << 6 | static_cast<uint32_t>(value);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out.bytes += static_cast<char>(bits >> held & 255);
  }
  out.stray_bits = (bits & ((1U << held) - 1)) != 0;
  return out;
}

}  // namespace

std::string encode_base64(std::string_view bytes) {
  std::string out = encode(bytes, standard);
  while (out.size() % 4 != 0) out += '=';
  return out;
}

std::optional<std::string> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  text.remove_suffix(text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0);
  auto decoded = decode(text, standard_values);
  return decoded ? std::optional(std::move(decoded->bytes)) : std::nullopt;
}

std::string encode_base64url(std::string_view bytes) { return encode(bytes, for_urls); }

std::optional<std::string> decode_base64url(std::string_view text) {
  auto decoded = decode(text, url_values);
  return decoded && !decoded->stray_bits ? std::optional(std::move(decoded->bytes)) : std::nullopt;
}

}  // namespace vedette::base
