#include "term_bounds.h"

#include <re2/re2.h>

#include <vector>

#include "vedette/base/utf8.h"

namespace vedette::kql {
namespace {

constexpr char32_t planes_end = 0x40000;  // no letter or digit is assigned beyond

// Of each code point whether it is one: those that RE2 knows.
std::vector<bool> letters_and_digits() {
  constexpr char32_t surrogates_begin = 0xD800, surrogates_end = 0xE000;
  std::string all;
  for (char32_t c = 0x80; c < planes_end; ++c)
    if (c < surrogates_begin || c >= surrogates_end) base::append_utf8(all, c);
  std::vector<bool> out(planes_end);
  const re2::RE2 run("([\\p{L}\\p{Nd}]+)");
  re2::StringPiece rest(all), found;
  while (re2::RE2::FindAndConsume(&rest, run, &found))
    for (size_t at = 0; at < found.size();) out[base::next_code_point({found.data(), found.size()}, at)] = true;
  return out;
}

bool is_ascii_term(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_wide_term(char32_t c) {
  static const std::vector<bool> known = letters_and_digits();
  return c < planes_end && known[c];
}

}  // namespace

bool is_term_before(std::string_view text, size_t at) {
  if (at == 0) return false;
  const auto last = static_cast<unsigned char>(text[--at]);
  if (last < 0x80) return is_ascii_term(last);
  constexpr size_t continuations_max = 3;
  for (size_t i = 0; i < continuations_max && at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80; ++i)
    --at;
  return is_wide_term(base::next_code_point(text, at));
}

bool is_term_at(std::string_view text, size_t at) {
  if (at >= text.size()) return false;
  const auto first = static_cast<unsigned char>(text[at]);
  return first < 0x80 ? is_ascii_term(first) : is_wide_term(base::next_code_point(text, at));
}

}  // namespace vedette::kql
