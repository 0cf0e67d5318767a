#include "vedette/http/percent.h"

#include <algorithm>

#include "vedette/base/hexadecimal.h"
#include "vedette/base/utf8.h"

namespace vedette::http {
namespace {

using base::ErrorCode;
using base::fail;

bool is_unreserved(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_' ||
         c == '.' || c == '~';
}

base::Result<std::string> decode_escapes(std::string_view text, Plus plus) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i] == '+' && plus == Plus::blank ? ' ' : text[i];
      continue;
    }
    const int high = i + 1 < text.size() ? base::hexadecimal_value(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? base::hexadecimal_value(text[i + 2]) : -1;
    if (high < 0 || low < 0) return fail(ErrorCode::bad_request, "The URL has a broken percent escape.");
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

}  // namespace

base::Result<std::string> percent_decode(std::string_view text, Plus plus) {
  const bool is_plain =
      text.find('%') == std::string_view::npos && (plus == Plus::literal || text.find('+') == std::string_view::npos);
  std::string out = is_plain ? std::string(text) : TRY(decode_escapes(text, plus));
  if (!base::is_valid_utf8(out) || out.find('\0') != std::string::npos)
    return fail(ErrorCode::bad_request, "The URL is not valid UTF-8.");
  return out;
}

std::string percent_encode(std::string_view text) {
  if (std::all_of(text.begin(), text.end(), is_unreserved)) return std::string(text);
  std::string out;
  for (const char c : text) {
    if (is_unreserved(c)) {
      out += c;
    } else {
      out += '%';
      base::append_hexadecimal(out, {&c, 1}, base::Digits::upper_case);
    }
  }
  return out;
}

}  // namespace vedette::http
