#include "literals.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "vedette/base/utf8.h"

namespace vedette::kql {
namespace {

std::string decode_verbatim(std::string_view body, char quote) {
  std::string out;
  for (size_t i = 0; i < body.size(); ++i) {
    out += body[i];
    if (body[i] == quote) ++i;  // doubled
  }
  return out;
}

std::optional<uint32_t> hex(std::string_view body, size_t at, size_t digits) {
  if (at + digits > body.size()) return std::nullopt;
  uint32_t value = 0;
  const char* end = body.data() + at + digits;
  const auto result = std::from_chars(body.data() + at, end, value, 16);
  if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return value;
}

std::optional<std::string> decode_escaped(std::string_view body) {
  std::string out;
  for (size_t i = 0; i < body.size(); ++i) {
    if (body[i] != '\\') {
      out += body[i];
      continue;
    }
    if (++i == body.size()) return std::nullopt;
    size_t digits = 0;
    switch (body[i]) {
      case 'n':
        out += '\n';
        continue;
      case 't':
        out += '\t';
        continue;
      case 'r':
        out += '\r';
        continue;
      case 'a':
        out += '\a';
        continue;
      case 'b':
        out += '\b';
        continue;
      case 'f':
        out += '\f';
        continue;
      case 'v':
        out += '\v';
        continue;
      case '0':
        out += '\0';
        continue;
      case '\\':
      case '\'':
      case '"':
      case '`':
        out += body[i];
        continue;
      case 'x':
        digits = 2;
        break;
      case 'u':
        digits = 4;
        break;
      case 'U':
        digits = 8;
        break;
      default:
        return std::nullopt;
    }
    auto code = hex(body, i + 1, digits);
    if (!code) return std::nullopt;
    i += digits;
    if (*code >= 0xD800 && *code < 0xDC00 && body.substr(i + 1).starts_with("\\u")) {  // a surrogate pair
      const auto low = hex(body, i + 3, 4);
      if (!low || *low < 0xDC00 || *low > 0xDFFF) return std::nullopt;
      code = 0x10000 + ((*code - 0xD800) << 10) + (*low - 0xDC00);
      i += 6;
    }
    if (*code > 0x10FFFF || (*code >= 0xD800 && *code < 0xE000)) return std::nullopt;
    base::append_utf8(out, *code);
  }
  return out;
}

}  // namespace

std::optional<std::string> decode_string(std::string_view token) {
  if (token.front() == 'h' || token.front() == 'H') token.remove_prefix(1);
  if (token.front() == '`' || token.front() == '~') return std::string(token.substr(3, token.size() - 6));
  const bool verbatim = token.front() == '@';
  if (verbatim) token.remove_prefix(1);
  const char quote = token.front();
  const std::string_view body = token.substr(1, token.size() - 2);
  return verbatim ? decode_verbatim(body, quote) : decode_escaped(body);
}

std::optional<int64_t> decode_integer(std::string_view token) {
  const bool hexadecimal = token.starts_with("0x") || token.starts_with("0X");
  if (hexadecimal) {
    uint64_t bits = 0;
    const auto result = std::from_chars(token.data() + 2, token.data() + token.size(), bits, 16);
    if (result.ec != std::errc() || result.ptr != token.data() + token.size()) return std::nullopt;
    return static_cast<int64_t>(bits);
  }
  if (token.starts_with('+')) token.remove_prefix(1);
  int64_t value = 0;
  const auto result = std::from_chars(token.data(), token.data() + token.size(), value);
  if (result.ec != std::errc() || result.ptr != token.data() + token.size()) return std::nullopt;
  return value;
}

std::optional<double> decode_real(std::string_view token) {
  if (token == "nan" || token == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (token == "inf" || token == "+inf") return std::numeric_limits<double>::infinity();
  if (token == "-inf") return -std::numeric_limits<double>::infinity();
  if (token.starts_with('+')) token.remove_prefix(1);
  double value = 0;
  const auto result = std::from_chars(token.data(), token.data() + token.size(), value);
  if (result.ec == std::errc::invalid_argument || result.ptr != token.data() + token.size()) return std::nullopt;
  if (result.ec == std::errc::result_out_of_range) value = std::strtod(std::string(token).c_str(), nullptr);
  if (std::isinf(value)) return std::nullopt;  // too large; what is too small is 0
  return value;
}

}  // namespace vedette::kql
