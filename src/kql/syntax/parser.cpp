#include "parser.h"

#include "literals.h"

namespace vedette::kql {

using base::ErrorCode;

namespace {

std::string describe(const Token& token) {
  if (token.kind == TokenKind::end) return "the end of the query";
  return "'" + std::string(token.text.substr(0, 64)) + "'";
}

}  // namespace

Parser::Nesting::Nesting(Parser& parser) : parser_(parser) {
  if (++parser_.depth_ > SyntaxLimits::nesting_depth_max)
    parser_.fail(ErrorCode::limit_exceeded, parser_.peek(),
                 "The query nests more than " + std::to_string(SyntaxLimits::nesting_depth_max) + " levels deep.");
}

const Token& Parser::peek(size_t ahead) const {
  if (failed_) return tokens_.back();
  return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
}

Token Parser::take() {
  const Token token = peek();
  if (token.kind == TokenKind::bad) {
    fail(ErrorCode::syntax_error, token, "'" + std::string(token.text.substr(0, 64)) + "' " + token.problem + ".");
  } else if (token.kind != TokenKind::end) {
    last_ = at_++;
  }
  return token;
}

bool Parser::accept(std::string_view punctuation) {
  if (!at(punctuation)) return false;
  take();
  return true;
}

bool Parser::accept_word(std::string_view word) {
  if (!at_word(word)) return false;
  take();
  return true;
}

void Parser::expect(std::string_view punctuation) {
  if (!accept(punctuation)) fail_expected({punctuation});
}

void Parser::expect_word(std::string_view word) {
  if (!accept_word(word)) fail_expected({word});
}

void Parser::fail_expected(std::initializer_list<std::string_view> expected) {
  if (failed_) return;
  const Token& found = tokens_[std::min(at_, tokens_.size() - 1)];
  if (found.kind == TokenKind::bad) {
    take();
    return;
  }
  std::string message = "Expected ";
  std::vector<std::string> names;
  for (std::string_view item : expected) {
    if (!names.empty()) message += names.size() + 1 == expected.size() ? " or " : ", ";
    const bool is_description = item.find(' ') != std::string_view::npos;
    message += is_description ? std::string(item) : "'" + std::string(item) + "'";
    names.emplace_back(item);
  }
  fail(ErrorCode::syntax_error, found, message + ", found " + describe(found) + ".", std::move(names));
}

void Parser::fail(ErrorCode code, const Token& where, std::string message, std::vector<std::string> expected,
                  std::string suggestion) {
  if (failed_) return;
  failed_ = true;
  if (diagnostics_.size() >= SyntaxLimits::diagnostics_max) return;
  if (!suggestion.empty()) message += " Did you mean '" + suggestion + "'?";
  diagnostics_.push_back({base::Error(code, std::move(message), where.span), std::string(where.text.substr(0, 64)),
                          std::move(expected), std::move(suggestion)});
}

// Goes on behind an error: at the `|` (or only the `;`) that ends what began at `from_token`, or at the bracket around
// it.
void Parser::recover(size_t from_token, bool stop_at_pipe) {
  if (!failed_) return;
  if (diagnostics_.size() >= SyntaxLimits::diagnostics_max ||
      diagnostics_.back().error.code == ErrorCode::limit_exceeded)
    return;  // the rest stays unread
  int depth = 0;
  size_t next = from_token;
  for (; tokens_[next].kind != TokenKind::end; ++next) {
    const Token& token = tokens_[next];
    if (token.is("(") || token.is("[") || token.is("{")) ++depth;
    if (token.is(")") || token.is("]") || token.is("}")) --depth;
    const bool behind = next >= at_ && next > from_token;
    if (behind && depth < 0) break;
    if (behind && depth <= 0 && (token.is(";") || (stop_at_pipe && token.is("|")))) break;
  }
  at_ = next;
  failed_ = false;
}

base::SourceSpan Parser::span_from(size_t first_token) const {
  base::SourceSpan span = tokens_[std::min(first_token, tokens_.size() - 1)].span;
  span.end = std::max(span.begin, tokens_[std::max(last_, std::min(first_token, tokens_.size() - 1))].span.end);
  return span;
}

// Standing at an opening bracket: is the token behind its closing one `punctuation`?
bool Parser::matching_close_is_followed_by(std::string_view punctuation) const {
  int depth = 0;
  for (size_t i = at_; i + 1 < tokens_.size(); ++i) {
    const Token& token = tokens_[i];
    if (token.is("(") || token.is("[") || token.is("{")) ++depth;
    if ((token.is(")") || token.is("]") || token.is("}")) && --depth == 0) return tokens_[i + 1].is(punctuation);
  }
  return false;
}

bool Parser::at_bracketed_name() const { return at("[") && peek(1).kind == TokenKind::string && peek(2).is("]"); }

bool Parser::at_name() const { return peek().kind == TokenKind::name || at_bracketed_name(); }

ast::Name Parser::name() {
  const size_t first = at_;
  Name result;
  if (at_bracketed_name()) {
    take();
    result.text = string_value();
    take();
    result.quoted = true;
  } else if (peek().kind == TokenKind::name) {
    result.text = take().text;
  } else {
    fail_expected({"a name"});
  }
  result.span = span_from(first);
  return result;
}

// `x`, `['x']` or a pattern: names and stars that touch each other.
ast::Name Parser::name_or_pattern() {
  if (at_bracketed_name()) return name();
  const size_t first = at_;
  Name result;
  if (peek().kind != TokenKind::name && !at("*")) fail_expected({"a name", "*"});
  for (bool touching = true;
       touching && (peek().kind == TokenKind::name || peek().kind == TokenKind::integer || at("*"));) {
    result.wildcard |= at("*");
    const Token token = take();
    touching = token.touches(peek());
  }
  result.span = span_from(first);
  result.text = text_.substr(result.span.begin, result.span.end - result.span.begin);
  return result;
}

std::string_view Parser::string_value() {
  if (peek().kind != TokenKind::string) {
    fail_expected({"a string"});
    return {};
  }
  std::string value;
  while (peek().kind == TokenKind::string) {  // adjacent literals are one
    const Token token = take();
    const auto decoded = decode_string(token.text);
    if (!decoded) fail(ErrorCode::syntax_error, token, "The string has an escape that KQL does not know.");
    value += decoded.value_or("");
  }
  return arena_.text(value);
}

ast::ScalarType Parser::scalar_type() {
  const Token& token = peek();
  const auto type = token.kind == TokenKind::name ? ast::scalar_type_from(token.text) : ast::ScalarType::unknown;
  if (type == ast::ScalarType::unknown)
    fail_expected({"a type"});
  else
    take();
  return type;
}

// ( a:long, *, b:string )
ast::Schema Parser::schema() {
  const size_t first = at_;
  ast::Schema result;
  expect("(");
  std::vector<ast::Column> columns;
  while (!at(")") && !failed_) {
    if (accept("*")) {
      result.open = true;
    } else {
      ast::Column column;
      column.name = name();
      expect(":");
      column.type = scalar_type();
      columns.push_back(column);
    }
    if (!accept(",")) break;
  }
  expect(")");
  result.columns = arena_.list(columns);
  result.span = span_from(first);
  return result;
}

ast::Parameter Parser::parameter() {
  ast::Parameter result;
  result.name = name();
  if (accept(":")) {
    if (at("(")) {
      result.tabular = true;
      result.schema = schema();
    } else {
      result.type = scalar_type();
    }
  }
  if (accept("=")) result.default_value = scalar_literal_or_signed();
  return result;
}

std::vector<ast::Parameter> Parser::parameters() {
  std::vector<ast::Parameter> result;
  expect("(");
  while (!at(")") && !failed_) {
    result.push_back(parameter());
    if (!accept(",")) break;
  }
  expect(")");
  return result;
}

}  // namespace vedette::kql
