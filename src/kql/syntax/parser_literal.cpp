#include "literals.h"
#include "parser.h"

namespace vedette::kql {

using ast::Literal;
using ast::ScalarType;
using base::ErrorCode;

namespace {

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

// "timespan(n): a time interval in days" (scalar-data-types/timespan.md), of which there may be a fraction.
std::optional<base::TimeSpan> time_span_of(std::string_view text) {
  if (const auto span = base::parse_time_span(text)) return span;
  const bool is_number = text.find_first_not_of("-.0123456789") == std::string_view::npos;
  return is_number ? base::parse_time_span(std::string(text) + "d") : std::nullopt;
}

// The value of `type(text)`; false when the text says none.
bool read_typed(ScalarType type, std::string_view text, Literal& literal) {
  literal.type = type;
  if (text == "null") return true;
  switch (type) {
    case ScalarType::boolean: {
      const bool yes = text == "true" || text == "True" || text == "TRUE" || text == "1";
      if (!yes && text != "false" && text != "False" && text != "FALSE" && text != "0") return false;
      literal.value = yes;
      return true;
    }
    case ScalarType::int_:
    case ScalarType::long_: {
      const auto value = decode_integer(text);
      if (!value) return false;
      if (type == ScalarType::int_ && (*value > INT32_MAX || *value < INT32_MIN)) return false;
      literal.value = *value;
      return true;
    }
    case ScalarType::real: {
      const auto value = decode_real(text);
      if (value) literal.value = *value;
      return value.has_value();
    }
    case ScalarType::timespan: {
      const auto value = time_span_of(text);
      if (value) literal.value = *value;
      return value.has_value();
    }
    case ScalarType::guid: {
      const auto value = base::parse_guid(text);
      if (value) literal.value = *value;
      return value.has_value();
    }
    case ScalarType::decimal:
    case ScalarType::datetime:
      literal.value = text;
      return type == ScalarType::datetime || !text.empty();
    case ScalarType::string:
    case ScalarType::dynamic:
    case ScalarType::unknown:
      return false;
  }
  return false;
}

// False when the value is no number, or has no opposite.
bool negate(decltype(Literal::value)& value) {
  auto* whole = std::get_if<int64_t>(&value);
  if (auto* span = std::get_if<base::TimeSpan>(&value)) whole = &span->ticks;
  if (auto* real = std::get_if<double>(&value)) return *real = -*real, true;
  if (!whole || *whole == INT64_MIN) return false;
  *whole = -*whole;
  return true;
}

}  // namespace

// long(…), datetime(…), …: types whose literal is raw text between parentheses.
bool Parser::at_typed_literal() const {
  if (peek().kind != TokenKind::name || !peek(1).is("(")) return false;
  const ScalarType type = ast::scalar_type_from(peek().text);
  return type != ScalarType::unknown && type != ScalarType::string && type != ScalarType::dynamic;
}

const ast::Expr* Parser::typed_literal(ScalarType type) {
  const size_t first = at_;
  take();
  const Token open = take();
  const size_t close = text_.find(')', open.span.end);
  Literal literal;
  if (close == std::string_view::npos) {
    fail(ErrorCode::syntax_error, tokens_[first], "The literal is not closed.");
    return finish_expr(literal, first);
  }
  std::string_view text = trimmed(text_.substr(open.span.end, close - open.span.end));
  if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front())
    text = text.substr(1, text.size() - 2);
  // Whatever tokens the raw text was cut into: go on at the parenthesis.
  while (tokens_[at_].kind != TokenKind::end && tokens_[at_].span.begin < close) ++at_;
  if (!read_typed(type, text, literal))
    fail(ErrorCode::syntax_error, tokens_[first],
         "'" + std::string(text.substr(0, 64)) + "' is not a literal of type " + to_string(type) + ".");
  expect(")");
  return finish_expr(literal, first);
}

const ast::Expr* Parser::string_literal() {
  const size_t first = at_;
  Literal literal;
  literal.type = ScalarType::string;
  literal.value = string_value();
  return finish_expr(literal, first);
}

// Numbers, strings, true and false, typed literals, dynamic(…), typeof(…). Null when there is none.
const ast::Expr* Parser::literal() {
  const size_t first = at_;
  const Token token = peek();
  Literal literal;
  switch (token.kind) {
    case TokenKind::string:
      return string_literal();
    case TokenKind::integer: {
      take();
      const auto value = decode_integer(token.text);
      if (!value) fail(ErrorCode::syntax_error, token, "The number does not fit into a long (64 bits).");
      literal.type = ScalarType::long_;
      literal.value = value.value_or(0);
      return finish_expr(literal, first);
    }
    case TokenKind::real: {
      take();
      const auto value = decode_real(token.text);
      if (!value) fail(ErrorCode::syntax_error, token, "The number does not fit into a real (64 bits).");
      literal.type = ScalarType::real;
      literal.value = value.value_or(0);
      return finish_expr(literal, first);
    }
    case TokenKind::timespan: {
      take();
      const auto value = base::parse_time_span(token.text);
      if (!value)
        fail(ErrorCode::syntax_error, token,
             "'" + std::string(token.text.substr(0, 64)) + "' is neither a number nor a timespan.");
      literal.type = ScalarType::timespan;
      literal.value = value.value_or(base::TimeSpan{});
      return finish_expr(literal, first);
    }
    case TokenKind::name:
      if (at_typed_literal()) return typed_literal(ast::scalar_type_from(token.text));
      if (token.text == "dynamic" && peek(1).is("(")) return dynamic_literal();
      if (token.text == "typeof" && peek(1).is("(")) return typeof_literal();
      if (peek(1).is("(")) return nullptr;
      if (token.text == "true" || token.text == "false" || token.text == "True" || token.text == "False" ||
          token.text == "TRUE" || token.text == "FALSE") {
        take();
        literal.type = ScalarType::boolean;
        literal.value = token.text.front() == 't' || token.text.front() == 'T';
        return finish_expr(literal, first);
      }
      return nullptr;
    case TokenKind::punctuation:
    case TokenKind::bad:
    case TokenKind::end:
      return nullptr;
  }
  return nullptr;
}

const ast::Expr* Parser::scalar_literal_or_signed() {
  const size_t first = at_;
  if (at("-") || at("+")) {
    ast::Unary unary;
    unary.op = take().text.front();
    unary.operand = scalar_literal_or_signed();
    return finish_expr(unary, first, {unary.operand});
  }
  if (const Expr* value = literal()) return value;
  fail_expected({"a literal"});
  return finish_expr(Literal(), first);
}

const ast::Expr* Parser::dynamic_literal() {
  const size_t first = at_;
  take();
  take();
  ast::DynamicLiteral node;
  node.value = dynamic_value();
  expect(")");
  return finish_expr(node, first);
}

ast::DynamicValue Parser::dynamic_value() {
  const Nesting nesting(*this);
  const size_t first = at_;
  ast::DynamicValue value;
  std::vector<ast::DynamicValue> items;
  std::vector<std::string_view> keys;
  if (accept("[")) {
    value.kind = ast::DynamicValue::Kind::array;
    while (!at("]") && !failed_) {
      items.push_back(dynamic_value());
      if (!accept(",")) break;
    }
    expect("]");
  } else if (accept("{")) {
    value.kind = ast::DynamicValue::Kind::bag;
    while (!at("}") && !failed_) {
      keys.push_back(peek().kind == TokenKind::name ? take().text : string_value());
      expect(":");
      items.push_back(dynamic_value());
      if (!accept(",")) break;
    }
    expect("}");
  } else if (at_word("dynamic") && peek(1).is("(")) {
    take(), take();
    value = dynamic_value();
    expect(")");
    return value;
  } else if (accept_word("null")) {
    value.scalar = finish_expr(Literal(), first);
  } else {
    const bool negative = accept("-");
    const Expr* scalar = literal();
    const Literal* found = scalar ? scalar->try_as<Literal>() : nullptr;
    Literal copy = found ? *found : Literal();
    if (!found) fail_expected({"a JSON value"});
    if (negative && !negate(copy.value)) fail_expected({"a number"});
    value.scalar = finish_expr(copy, first);
  }
  value.items = arena_.list(items);
  value.keys = arena_.list(keys);
  value.span = span_from(first);
  return value;
}

const ast::Expr* Parser::typeof_literal() {
  const size_t first = at_;
  take();
  ast::TypeLiteral node;
  if (peek(2).is(":") || peek(1).is("*") || peek(2).is("*") || at_bracketed_name()) {
    node.schema = schema();
  } else {
    expect("(");
    node.type = scalar_type();
    expect(")");
  }
  return finish_expr(node, first);
}

}  // namespace vedette::kql
