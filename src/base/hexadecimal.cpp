#include "vedette/base/hexadecimal.h"

namespace vedette::base {

void append_hexadecimal(std::string& out, std::string_view bytes, Digits digits) {
  const std::string_view all = digits == Digits::lower_case ? "0123456789abcdef" : "0123456789ABCDEF";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += {all[byte >> 4], all[byte & 15]};
  }
}

std::string hexadecimal(std::string_view bytes, Digits digits) {
  std::string out;
  out.reserve(2 * bytes.size());
  append_hexadecimal(out, bytes, digits);
  return out;
}

std::string hexadecimal(std::span<const unsigned char> bytes, Digits digits) {
  return hexadecimal(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()), digits);
}

std::optional<std::string> from_hexadecimal(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() / 2);
  for (size_t i = 0; i < text.size(); i += 2) {
    const int high = hexadecimal_value(text[i]), low = hexadecimal_value(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes += static_cast<char>(high * 16 + low);
  }
  return bytes;
}

}  // namespace vedette::base
