// Bytes in hexadecimal, two digits each (RFC 4648, section 8).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace vedette::base {

enum class Digits : uint8_t { lower_case, upper_case };

void append_hexadecimal(std::string& out, std::string_view bytes, Digits digits = Digits::lower_case);
std::string hexadecimal(std::string_view bytes, Digits digits = Digits::lower_case);
std::string hexadecimal(std::span<const unsigned char> bytes, Digits digits = Digits::lower_case);

// Digits of either case; nullopt unless the text is pairs of them.
std::optional<std::string> from_hexadecimal(std::string_view text);

// Of one digit of either case; -1: it is none.
constexpr int hexadecimal_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

}  // namespace vedette::base
