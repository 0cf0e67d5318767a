#include <algorithm>
#include <array>

#include "token.h"
#include "vedette/base/hexadecimal.h"
#include "vedette/base/time.h"
#include "vedette/base/utf8.h"

namespace vedette::kql {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$'; }
bool is_name_part(char c) { return is_name_start(c) || is_digit(c); }
bool is_hex(char c) { return base::hexadecimal_value(c) >= 0; }

// Blanks beyond ASCII, as queries copied from web pages have them: no-break and wide spaces, zero-width marks. Returns
// the bytes of the one that `text` begins with, or 0.
size_t foreign_blank(std::string_view text) {
  if (text.empty() || static_cast<unsigned char>(text.front()) < 0x80) return 0;
  size_t size = 0;
  const char32_t c = base::next_code_point(text, size);
  const bool blank = c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200D) || c == 0x2028 ||
                     c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x2060 || c == 0x3000 || c == 0xFEFF;
  return blank ? size : 0;
}

// Longest first.
constexpr std::array<std::string_view, 13> long_punctuation = {"..", "==", "=~", "=>", "!=", "!~", "<>",
                                                               "<=", ">=", "!",  "<",  ">",  "="};
constexpr std::string_view single_punctuation = "|()[]{},;:.+-*/%?";

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::vector<Token> run() {
    std::vector<Token> tokens;
    tokens.reserve(text_.size() / 5 + 2);
    for (;;) {
      skip_blanks();
      Token token;
      const size_t begin = at_;
      token.span = {line_, column_, static_cast<uint32_t>(begin), 0};
      if (at_ < text_.size()) scan(token);
      advance_position(begin);
      token.text = text_.substr(begin, at_ - begin);
      token.span.end = static_cast<uint32_t>(at_);
      tokens.push_back(token);
      if (token.kind == TokenKind::end) return tokens;
    }
  }

 private:
  char peek(size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  // Line and column of at_, having been those of `from`. Columns count code points.
  void advance_position(size_t from) {
    for (; from < at_; ++from) {
      if (text_[from] == '\n') {
        ++line_;
        column_ = 1;
      } else if ((static_cast<unsigned char>(text_[from]) & 0xC0) != 0x80) {
        ++column_;
      }
    }
  }

  void skip_blanks() {
    const size_t begin = at_;
    for (;;) {
      const char c = peek();
      if (at_ < text_.size() && (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v')) {
        ++at_;
      } else if (text_.substr(at_).starts_with("//")) {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (const size_t size = foreign_blank(text_.substr(at_))) {
        at_ += size;
      } else {
        break;
      }
    }
    advance_position(begin);
  }

  void scan(Token& token) {
    const char c = peek();
    if (is_digit(c)) return scan_number(token);
    if (starts_string()) return scan_string(token);
    if (is_name_start(c)) return scan_name(token);
    if (c == '!' && is_name_start(peek(1))) {  // !has, !in~: one operator
      ++at_;
      scan_name(token);
      token.kind = TokenKind::punctuation;
      return;
    }
    token.kind = TokenKind::punctuation;
    for (std::string_view symbol : long_punctuation)
      if (text_.substr(at_).starts_with(symbol)) {
        at_ += symbol.size();
        return;
      }
    if (single_punctuation.find(c) == std::string_view::npos) fail(token, "is not part of KQL");
    ++at_;
    while (at_ < text_.size() && (static_cast<unsigned char>(text_[at_]) & 0xC0) == 0x80) ++at_;
  }

  static void fail(Token& token, const char* problem) {
    token.kind = TokenKind::bad;
    token.problem = problem;
  }

  void scan_name(Token& token) {
    token.kind = TokenKind::name;
    const size_t begin = at_;
    while (is_name_part(peek())) ++at_;
    if (text_.substr(begin, at_ - begin) == "in" && peek() == '~') {
      ++at_;
      token.kind = TokenKind::punctuation;  // in~
    }
  }

  // Integer, hexadecimal, real, or a timespan: digits and a unit without a blank between.
  void scan_number(Token& token) {
    token.kind = TokenKind::integer;
    if (peek() == '0' && (peek(1) == 'x' || peek(1) == 'X') && is_hex(peek(2))) {
      at_ += 2;
      while (is_hex(peek())) ++at_;
    } else {
      while (is_digit(peek())) ++at_;
      if (peek() == '.' && peek(1) != '.' && !is_name_start(peek(1))) {
        token.kind = TokenKind::real;
        ++at_;
        while (is_digit(peek())) ++at_;
      }
      const size_t sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
      if ((peek() == 'e' || peek() == 'E') && is_digit(peek(1 + sign))) {
        token.kind = TokenKind::real;
        at_ += 1 + sign;
        while (is_digit(peek())) ++at_;
      }
    }
    if (!is_name_part(peek())) return;
    while (is_name_part(peek())) ++at_;
    const std::string_view text = text_.substr(token.span.begin, at_ - token.span.begin);
    const bool is_timespan = base::parse_time_span(text).has_value();
    token.kind = is_timespan ? TokenKind::timespan : TokenKind::name;  // 1h, or a name such as 2022Exploited
    if (!is_timespan && text.find('.') != std::string_view::npos) fail(token, "is neither a number nor a timespan");
  }

  bool starts_string() const {
    std::string_view rest = text_.substr(at_);
    if (rest.starts_with("h") || rest.starts_with("H")) rest.remove_prefix(1);
    if (rest.starts_with("@")) return rest.substr(1).starts_with("'") || rest.substr(1).starts_with("\"");
    return rest.starts_with("'") || rest.starts_with("\"") || rest.starts_with("```") || rest.starts_with("~~~");
  }

  void scan_string(Token& token) {
    token.kind = TokenKind::string;
    if (peek() == 'h' || peek() == 'H') ++at_;
    if (peek() == '`' || peek() == '~') return scan_multi_line(token);
    const bool verbatim = peek() == '@';
    if (verbatim) ++at_;
    const char quote = peek();
    ++at_;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == quote) {
        if (!verbatim || peek(1) != quote) {
          ++at_;
          return;
        }
        ++at_;  // "" in a verbatim string
      } else if (c == '\\' && !verbatim) {
        ++at_;
      } else if (c == '\n') {
        break;
      }
    }
    at_ = std::min(at_, text_.size());
    fail(token, "is not closed on its line");
  }

  void scan_multi_line(Token& token) {
    const std::string_view fence = text_.substr(at_, 3);
    const size_t end = text_.find(fence, at_ + 3);
    if (end == std::string_view::npos) fail(token, "is not closed");
    at_ = end == std::string_view::npos ? text_.size() : end + 3;
  }

  std::string_view text_;
  size_t at_ = 0;
  uint32_t line_ = 1, column_ = 1;
};

}  // namespace

std::vector<Token> tokenize(std::string_view text) { return Lexer(text).run(); }

}  // namespace vedette::kql
