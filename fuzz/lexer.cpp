// The tokens of a text cover it in order, without overlaps, and end where it ends.
#include "target.h"
#include "token.h"

namespace vedette::fuzz {

std::string_view target_name() { return "lexer"; }

std::string run_input(std::string_view input) {
  const auto tokens = kql::tokenize(input);
  if (tokens.empty() || tokens.back().kind != kql::TokenKind::end) return "the last token is not the end";
  uint32_t at = 0, line = 1;
  for (const kql::Token& token : tokens) {
    if (token.span.begin < at || token.span.end < token.span.begin || token.span.end > input.size())
      return "a token has a wrong place";
    if (token.span.line < line || token.span.column < 1) return "a token has a wrong line or column";
    if (token.text != input.substr(token.span.begin, token.span.end - token.span.begin))
      return "a token's text differs";
    at = token.span.end, line = token.span.line;
  }
  return "";
}

}  // namespace vedette::fuzz
