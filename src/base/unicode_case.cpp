#include "vedette/base/unicode_case.h"

#include <clocale>
#include <cwctype>

namespace vedette::base {
namespace {

// The C library's tables for the locale C.UTF-8, which belongs to every Debian; null elsewhere. Never freed.
locale_t unicode() {
  static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  return locale;
}

}  // namespace

std::optional<char32_t> upper_case(char32_t c) {
  if (!unicode()) return std::nullopt;
  return static_cast<char32_t>(towupper_l(static_cast<wint_t>(c), unicode()));
}

std::optional<char32_t> lower_case(char32_t c) {
  if (!unicode()) return std::nullopt;
  return static_cast<char32_t>(towlower_l(static_cast<wint_t>(c), unicode()));
}

}  // namespace vedette::base
