#include "regex_pattern.h"

#include <algorithm>
#include <cctype>

#include "unicode_category.h"
#include "vedette/base/utf8.h"

namespace vedette::kql {

using base::ErrorCode;
using re2::RE2;

namespace {

constexpr std::string_view word = "\\p{L}\\p{M}\\p{Nd}\\p{Nl}\\p{Pc}\\x{200C}\\x{200D}";
constexpr std::string_view space =
    "\\t-\\r \\x{85}\\x{A0}\\x{1680}\\x{2000}-\\x{200A}\\x{2028}\\x{2029}\\x{202F}\\x{205F}\\x{3000}";
constexpr std::string_view not_space =
    "\\x00-\\x08\\x0E-\\x1F!-\\x{84}\\x{86}-\\x{9F}\\x{A1}-\\x{167F}\\x{1681}-\\x{1FFF}\\x{200B}-\\x{2027}"
    "\\x{202A}-\\x{202E}\\x{2030}-\\x{205E}\\x{2060}-\\x{2FFF}\\x{3001}-\\x{10FFFF}";

struct Rewritten {
  std::string ascii;  // for RE2, on ASCII text
  std::string wide;   // with the classes written out
  bool words_are_ascii = false;
};

// Reads a pattern once, from left to right.
class Rewriter {
 public:
  explicit Rewriter(std::string_view source) : source_(source) {}

  base::Result<Rewritten> rewrite() {
    while (at_ < source_.size()) {
      if (source_[at_] == '\\') {
        if (!respell_code_point() && !respell_category() && !respell_word_start()) TRY(escape());
      } else if (source_[at_] == '[' && !in_class_)
        open_class();
      else if (in_class_)
        TRY(in_class());
      else if (rest().starts_with("(?<") && !rest().starts_with("(?<=") && !rest().starts_with("(?<!"))
        at_ += 3, both("(?P<");
      else
        both(source_.substr(at_++, 1));
    }
    return std::move(out_);
  }

 private:
  std::string_view rest() const { return source_.substr(at_); }
  void both(std::string_view text) { out_.ascii += text, out_.wide += text; }
  static base::Error unsupported(std::string_view what) {
    return base::fail(ErrorCode::not_supported,
                      "Regular expressions with " + std::string(what) + " are not supported.");
  }

  // \u007F, \U0000007F, \u{7F} and \U{7F} are \x{7F}.
  bool respell_code_point() {
    const size_t count = rest().starts_with("\\u") ? 4 : rest().starts_with("\\U") ? 8 : 0;
    if (count == 0) return false;
    const std::string_view digits = source_.substr(at_ + 2, count);
    if (digits.starts_with('{')) return both("\\x"), at_ += 2, true;
    const auto is_hex = [](unsigned char c) { return std::isxdigit(c) != 0; };
    if (digits.size() != count || !std::all_of(digits.begin(), digits.end(), is_hex)) return false;
    both("\\x{" + std::string(digits) + "}");
    at_ += 2 + count;
    return true;
  }

  // \p{Letter} is \p{L}.
  bool respell_category() {
    if (!rest().starts_with("\\p{") && !rest().starts_with("\\P{")) return false;
    const size_t end = rest().find('}');
    if (end == std::string_view::npos) return false;
    const std::string_view name = short_category(rest().substr(3, end - 3));
    if (name.empty()) return false;
    both(rest().substr(0, 3)), both(name), both("}");
    at_ += end + 1;
    return true;
  }

  // \< before what can only be a word's character is \b.
  bool respell_word_start() {
    if (in_class_ || !rest().starts_with("\\<")) return false;
    const std::string_view next = rest().substr(2);
    const bool one = !next.empty() && (std::isalnum(static_cast<unsigned char>(next[0])) != 0 || next[0] == '_');
    const size_t length = one ? 1 : next.starts_with("\\w") || next.starts_with("\\d") ? 2 : 0;
    if (length == 0) return false;
    for (const std::string_view perhaps_none : {"*", "?", "{0", "{,"})
      if (next.substr(length).starts_with(perhaps_none)) return false;
    both("\\b");
    out_.words_are_ascii = true;
    at_ += 2;
    return true;
  }

  base::Status escape() {
    const std::string_view token = source_.substr(at_, 2);
    const char c = token.size() == 2 ? token[1] : '\0';
    at_ += token.size();
    if (c == 's' || c == 'S') {  // RE2's \s lacks the vertical tab
      out_.ascii += in_class_  ? (c == 's' ? "\\t-\\r " : "\\x00-\\x08\\x0E-\\x1F!-\\x7F")
                    : c == 's' ? "[\\t-\\r ]"
                               : "[^\\t-\\r ]";
    } else {
      out_.ascii += token;
    }
    const auto wide = [&](std::string_view inside, std::string_view brackets) {
      out_.wide += in_class_ ? std::string(inside)
                             : std::string(brackets) + std::string(inside) + std::string(brackets.empty() ? "" : "]");
    };
    switch (c) {
      case 'd':
        return wide("\\p{Nd}", ""), base::Status();
      case 'D':
        return wide("\\P{Nd}", ""), base::Status();
      case 's':
        return wide(space, "["), base::Status();
      case 'S':
        return wide(not_space, "["), base::Status();
      case 'w':
        return wide(word, "["), base::Status();
      case 'W':
        if (!in_class_) return wide(word, "[^"), base::Status();
        out_.words_are_ascii = true;
        break;
      case 'b':
      case 'B':
        if (rest().starts_with('{') || in_class_) return unsupported("\\b{…}");
        out_.words_are_ascii = true;
        break;
      case '<':
      case '>':
        if (!in_class_) return unsupported("\\" + std::string(1, c));  // the ends of words; RE2 reads a character
        break;
      case 'C':
      case 'Q':
        return unsupported("\\" + std::string(1, c));
      default:
        break;
    }
    out_.wide += token;
    return {};
  }

  void open_class() {
    in_class_ = true;
    both("["), ++at_;
    if (rest().starts_with('^')) both("^"), ++at_;
    if (rest().starts_with(']')) both("\\]"), ++at_;  // a first ] is one of the characters
  }

  base::Status in_class() {
    for (const std::string_view operation : {"&&", "--", "~~"})
      if (rest().starts_with(operation)) return unsupported("'" + std::string(operation) + "' in brackets");
    if (rest().starts_with("[:")) {
      const size_t end = source_.find(":]", at_);
      if (end == std::string_view::npos) return unsupported("'[' in brackets");
      both(source_.substr(at_, end + 2 - at_));
      at_ = end + 2;
      return {};
    }
    if (source_[at_] == '[') return unsupported("'[' in brackets");
    if (source_[at_] == ']') in_class_ = false;
    both(source_.substr(at_++, 1));
    return {};
  }

  std::string_view source_;
  size_t at_ = 0;
  bool in_class_ = false;
  Rewritten out_;
};

// RE2 reads the whole of a pattern before it says that it is too large.
base::Result<std::unique_ptr<RE2>> compiled(const std::string& pattern) {
  if (pattern.size() > pattern_bytes_max)
    return base::fail(ErrorCode::limit_exceeded,
                      "A regular expression, with its classes written out, has more than 512 KiB, the most that is "
                      "allowed (pattern_bytes_max).");
  RE2::Options options;
  options.set_log_errors(false);
  auto out = std::make_unique<RE2>(pattern, options);
  if (out->ok()) return out;
  return base::fail(ErrorCode::not_supported, "The regular expression is not supported: " + out->error() + ".");
}

bool has_word_beyond_ascii(std::string_view text) {
  static const RE2 any_word("[" + std::string(word) + "]");
  std::string beyond;
  for (size_t at = 0; at < text.size();) {
    const char32_t c = base::next_code_point(text, at);
    if (c >= 0x80) base::append_utf8(beyond, c);
  }
  return RE2::PartialMatch(beyond, any_word);
}

}  // namespace

base::Result<std::shared_ptr<Pattern>> Pattern::compile(std::string_view source) {
  std::shared_ptr<Pattern> out(new Pattern(source));
  Rewritten rewritten = TRY(Rewriter(source).rewrite());
  out->ascii_ = TRY(compiled(rewritten.ascii));
  out->wide_source_ = std::move(rewritten.wide);
  out->words_are_ascii_ = rewritten.words_are_ascii;
  return out;
}

const RE2* Pattern::for_text(std::string_view text) {
  return base::is_ascii(text) ? ascii_.get() : for_wide_text(text);
}

const RE2* Pattern::for_wide_text(std::string_view text) {
  if (words_are_ascii_ && has_word_beyond_ascii(text)) {
    refusal_ =
        base::fail(ErrorCode::not_supported, "\\b, \\B and [\\W] are not supported on text with letters beyond ASCII.");
    return nullptr;
  }
  if (!wide_) {
    auto wide = compiled(wide_source_);
    if (!wide) {
      refusal_ = std::move(wide).error();
      return nullptr;
    }
    wide_ = std::move(*wide);
  }
  return wide_.get();
}

PatternCall::PatternCall(const CallContext& context, Wrapping wrapping)
    : state_(call_state<State>(context, [] { return std::make_shared<State>(); })), wrapping_(wrapping) {}

const RE2* PatternCall::operator()(std::string_view pattern, std::string_view text) {
  if (error_) return nullptr;
  if (!state_->pattern || state_->source != pattern) {
    state_->source = pattern;
    std::string wrapped(pattern);
    if (wrapping_ == Wrapping::leading) wrapped = "\\A(?:" + wrapped + ")+";
    if (wrapping_ == Wrapping::trailing) wrapped = "(?:" + wrapped + ")+\\z";
    auto fresh = Pattern::compile(wrapped);
    if (!fresh) return error_ = std::move(fresh).error(), nullptr;
    state_->pattern = std::move(*fresh);
  }
  const RE2* out = state_->pattern->for_text(text);
  if (!out) error_ = state_->pattern->refusal();
  return out;
}

void PatternCall::fail(base::Error error) {
  if (!error_) error_ = std::move(error);
}

base::Result<Vector> PatternCall::checked(base::Result<Vector> result) {
  if (error_) return *error_;
  return result;
}

}  // namespace vedette::kql
