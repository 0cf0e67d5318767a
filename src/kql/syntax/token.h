// Tokens of KQL. Hyphenated keywords (mv-expand) and patterns (Device*) are joined by the parser, from adjacent tokens.
#pragma once

#include <string_view>
#include <vector>

#include "vedette/base/error.h"

namespace vedette::kql {

enum class TokenKind : uint8_t { name, string, integer, real, timespan, punctuation, bad, end };

struct Token {
  TokenKind kind = TokenKind::end;
  std::string_view text;  // as written
  base::SourceSpan span;
  const char* problem = nullptr;  // of a bad token: what is wrong with it

  bool is(std::string_view punctuation) const { return kind == TokenKind::punctuation && text == punctuation; }
  bool is_name(std::string_view name) const { return kind == TokenKind::name && text == name; }
  bool touches(const Token& next) const { return span.end == next.span.begin; }
};

// All tokens of `text`, ending with one of kind `end`. Comments and blanks are left out.
std::vector<Token> tokenize(std::string_view text);

}  // namespace vedette::kql
