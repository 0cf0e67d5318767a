// Finds one text in others, with or without regard to ASCII case: sixteen places at a time are sieved by the first and
// the last byte, and what is left is compared. Source of the idea: W. Muła, "SIMD-friendly algorithms for substring
// searching".
#pragma once

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <bit>
#include <cstdint>
#include <string_view>

#include "ascii_fold.h"

namespace vedette::kql {

enum class Case : uint8_t { exact, ignored };

template <Case Fold>
class TextFinder {
 public:
  static constexpr size_t npos = std::string_view::npos;

  // `wanted` is not empty and outlives the finder.
  explicit TextFinder(std::string_view wanted)
      : wanted_(wanted), first_(folded(wanted.front())), last_(folded(wanted.back())) {}

  // The first place at or after `from` where `wanted` stands; npos when there is none.
  size_t find(std::string_view text, size_t from) const {
    const size_t size = wanted_.size();
    if (text.size() < size) return npos;
    const size_t end = text.size() - size + 1;
    size_t at = from;
#ifdef __SSE2__
    const __m128i first = _mm_set1_epi8(first_), last = _mm_set1_epi8(last_);
    const __m128i first_case = _mm_set1_epi8(case_bit(first_)), last_case = _mm_set1_epi8(case_bit(last_));
    for (; at + 16 <= end; at += 16) {
      const __m128i a = _mm_or_si128(load(text.data() + at), first_case);
      const __m128i b = _mm_or_si128(load(text.data() + at + size - 1), last_case);
      const __m128i both = _mm_and_si128(_mm_cmpeq_epi8(a, first), _mm_cmpeq_epi8(b, last));
      for (auto places = static_cast<unsigned>(_mm_movemask_epi8(both)); places != 0; places &= places - 1) {
        const size_t place = at + static_cast<size_t>(std::countr_zero(places));
        if (matches_at(text, place)) return place;
      }
    }
#endif
    for (; at < end; ++at)
      if (folded(text[at]) == first_ && matches_at(text, at)) return at;
    return npos;
  }

  bool matches_at(std::string_view text, size_t at) const {
    if constexpr (Fold == Case::exact)
      return text.compare(at, wanted_.size(), wanted_) == 0;
    else
      return equal_ignoring_case(text.substr(at, wanted_.size()), wanted_);
  }

 private:
  static char folded(char c) { return Fold == Case::exact ? c : fold_ascii(c); }
  // What makes both cases of a letter one byte. No other byte becomes that letter by it.
  static char case_bit(char c) { return Fold == Case::ignored && c >= 'a' && c <= 'z' ? 0x20 : 0; }
#ifdef __SSE2__
  static __m128i load(const char* bytes) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes)); }
#endif

  std::string_view wanted_;
  char first_, last_;
};

}  // namespace vedette::kql
