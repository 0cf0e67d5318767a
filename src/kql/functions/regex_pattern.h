// Kusto's regular expressions on RE2.
//
// The documented dialect is that of Rust's regex crate: as RE2's, but with classes that know Unicode (\d is \p{Nd}, \w
// any letter, …), set operations in brackets and a few more words. On ASCII text RE2 answers the same as it stands. For
// other text the classes are written out; what cannot be written out (\b among letters beyond ASCII, \W in brackets)
// is refused for the texts where it matters. Set operations are refused always: RE2 would read them as characters.
// Source: kusto/query, "Regex syntax"; docs.rs/regex, "Syntax"; github.com/google/re2/wiki/Syntax.
#pragma once

#include <re2/re2.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

#include "vedette/base/utf8.h"
#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {

inline constexpr size_t pattern_bytes_max = 512 << 10;

class Pattern {
 public:
  static base::Result<std::shared_ptr<Pattern>> compile(std::string_view source);
  // The expression to match `text` with; nullptr when this text is one that cannot be answered: refusal() says why.
  const re2::RE2* for_text(std::string_view text);
  const base::Error& refusal() const { return refusal_; }
  const std::string& source() const { return source_; }

 private:
  explicit Pattern(std::string_view source) : source_(source) {}
  const re2::RE2* for_wide_text(std::string_view text);

  std::string source_, wide_source_;
  bool words_are_ascii_ = false;  // has what depends on which characters are word characters, and is not written out
  std::unique_ptr<re2::RE2> ascii_, wide_;
  base::Error refusal_;
};

enum class Wrapping : uint8_t { none, leading, trailing };  // leading: \A(?:…)+, trailing: (?:…)+\z

// The patterns of one kernel call: compiled once while they stay the same.
class PatternCall {
 public:
  explicit PatternCall(const CallContext& context, Wrapping wrapping = Wrapping::none);
  // nullptr once something has failed.
  const re2::RE2* operator()(std::string_view pattern, std::string_view text);
  void fail(base::Error error);
  // The result, or what has failed.
  base::Result<Vector> checked(base::Result<Vector> result);

 private:
  struct State {
    std::shared_ptr<Pattern> pattern;
    std::string source;
  };
  std::shared_ptr<State> state_;
  Wrapping wrapping_;
  std::optional<base::Error> error_;
};

inline re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

inline constexpr int capture_groups_max = 16;  // extract_all: "between one and 16 capture groups"

// Calls on_match(groups) for each match from left to right, as long as it returns true. Matches do not overlap,
// and an empty one does not touch the one before it.
template <class OnMatch>
void for_each_match(const re2::RE2& pattern, std::string_view text, int groups, OnMatch on_match) {
  re2::StringPiece found[capture_groups_max + 1];
  size_t at = 0, last_end = std::string_view::npos;
  while (at <= text.size() && pattern.Match(piece(text), at, text.size(), re2::RE2::UNANCHORED, found,
                                            std::min(groups, capture_groups_max) + 1)) {
    const auto begin = static_cast<size_t>(found[0].data() - text.data());
    const size_t end = begin + found[0].size();
    if (end > begin || begin != last_end) {
      if (!on_match(std::span<const re2::StringPiece>(found, static_cast<size_t>(groups) + 1))) return;
      last_end = end;
    }
    at = end;
    if (end > begin) continue;
    if (at < text.size())
      base::next_code_point(text, at);
    else
      ++at;
  }
}

}  // namespace vedette::kql
