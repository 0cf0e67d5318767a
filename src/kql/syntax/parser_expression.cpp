#include <algorithm>
#include <array>

#include "parser.h"

namespace vedette::kql {

using base::ErrorCode;

namespace {

// Operators between a string and a string; the second column is the spelling the tree has.
constexpr std::array<std::pair<std::string_view, std::string_view>, 37> string_operators = {{
    {"=~", "=~"},
    {"!~", "!~"},
    {":", ":"},
    {"has", "has"},
    {"!has", "!has"},
    {"has_cs", "has_cs"},
    {"!has_cs", "!has_cs"},
    {"hasprefix", "hasprefix"},
    {"!hasprefix", "!hasprefix"},
    {"hasprefix_cs", "hasprefix_cs"},
    {"!hasprefix_cs", "!hasprefix_cs"},
    {"hassuffix", "hassuffix"},
    {"!hassuffix", "!hassuffix"},
    {"hassuffix_cs", "hassuffix_cs"},
    {"!hassuffix_cs", "!hassuffix_cs"},
    {"contains", "contains"},
    {"!contains", "!contains"},
    {"contains_cs", "contains_cs"},
    {"containscs", "contains_cs"},
    {"!contains_cs", "!contains_cs"},
    {"!containscs", "!contains_cs"},
    {"notcontains", "!contains"},
    {"notcontainscs", "!contains_cs"},
    {"startswith", "startswith"},
    {"!startswith", "!startswith"},
    {"startswith_cs", "startswith_cs"},
    {"!startswith_cs", "!startswith_cs"},
    {"endswith", "endswith"},
    {"!endswith", "!endswith"},
    {"endswith_cs", "endswith_cs"},
    {"!endswith_cs", "!endswith_cs"},
    {"like", "like"},
    {"notlike", "notlike"},
    {"likecs", "likecs"},
    {"notlikecs", "notlikecs"},
    {"matches", "matches regex"},
    {"!matches", "!matches regex"},
}};

std::string_view string_operator(const Token& token) {
  if (token.kind != TokenKind::name && token.kind != TokenKind::punctuation) return {};
  for (const auto& [written, op] : string_operators)
    if (token.text == written) return op;
  return {};
}

bool is_list_operator(const Token& token) {
  if (token.kind != TokenKind::name && token.kind != TokenKind::punctuation) return false;
  constexpr std::array<std::string_view, 6> names = {"in", "!in", "in~", "!in~", "has_any", "has_all"};
  return std::find(names.begin(), names.end(), token.text) != names.end();
}

}  // namespace

const ast::Expr* Parser::expression() { return logical(false); }

const ast::Expr* Parser::tabular_or_scalar() {
  const Nesting nesting(*this);
  const size_t first = at_;
  const Expr* source = nullptr;
  if (!at_leading_operator()) {
    source = expression();
    if (!at("|") && !at_word("datascope")) return source;
  }
  return pipe(source, first);
}

const ast::Expr* Parser::pipe(const Expr* source, size_t first) {
  ast::Pipe node;
  node.source = source;
  std::vector<const ast::Operator*> operators;
  if (source == nullptr) operators.push_back(pipe_operator());
  while (accept("|")) {
    if (operators.size() == SyntaxLimits::pipe_operators_max)
      fail(ErrorCode::limit_exceeded, peek(),
           "The query pipes through more than " + std::to_string(SyntaxLimits::pipe_operators_max) + " operators.");
    const size_t begin = at_;
    operators.push_back(pipe_operator());
    recover(begin, true);
  }
  node.operators = arena_.list(operators);
  return finish_expr(node, first, {source});
}

// Between brackets, where the outer rows may be the source: `where a > 1 | take 1`, `T | count`, `f(x)`.
const ast::Expr* Parser::pipe_body() {
  const Nesting nesting(*this);
  const size_t first = at_;
  const std::string keyword = operator_keyword();
  const bool is_call = peek(1).is("(") && keyword != "where" && keyword != "summarize" && keyword != "project" &&
                       keyword != "extend" && keyword != "top" && keyword != "sort" && keyword != "order";
  const bool is_name = peek(1).is("|") && keyword != "count" && keyword != "getschema" && keyword != "serialize";
  if (!keyword.empty() && !is_call && !is_name) return pipe(nullptr, first);
  return tabular_or_scalar();
}

const ast::Expr* Parser::logical(bool is_and) {
  const size_t first = at_;
  const std::string_view word = is_and ? "and" : "or";
  const Expr* left = is_and ? equality() : logical(true);
  if (!at_word(word)) return left;
  ast::Logical node;
  node.is_and = is_and;
  std::vector<const Expr*> operands = {left};
  while (accept_word(word)) operands.push_back(is_and ? equality() : logical(true));
  for (const Expr* operand : operands) node.height = std::max(node.height, operand->height + 1);
  node.operands = arena_.list(operands);
  return finish_expr(node, first);
}

const ast::Expr* Parser::binary(const Expr* left, std::string_view op, base::SourceSpan op_span, const Expr* right,
                                size_t first) {
  ast::Binary node;
  node.op = op;
  node.op_span = op_span;
  node.left = left;
  node.right = right;
  return finish_expr(node, first, {left, right});
}

// operand { operator operand }
const ast::Expr* Parser::chain(std::initializer_list<std::string_view> operators, const Expr* (Parser::*operand)()) {
  const size_t first = at_;
  const Expr* left = (this->*operand)();
  while (std::any_of(operators.begin(), operators.end(), [&](std::string_view op) { return at(op); })) {
    const Token op = take();
    left = binary(left, op.text, op.span, (this->*operand)(), first);
  }
  return left;
}

const ast::Expr* Parser::equality() {
  const size_t first = at_;
  const Expr* left = relation();
  for (;;) {
    if (at("==") || at("!=") || at("<>")) {
      const Token op = take();
      left = binary(left, op.text == "<>" ? "!=" : op.text, op.span, relation(), first);
    } else if (is_list_operator(peek()) && !peek(1).is_name("range")) {  // make-series … on x in range(…)
      left = in_list(left, peek().text, first);
    } else if (at_word("between") || at("!between")) {
      left = between(left, at("!between"), first);
    } else {
      return left;
    }
  }
}

const ast::Expr* Parser::in_list(const Expr* left, std::string_view op, size_t first) {
  ast::InList node;
  node.op = op;
  node.op_span = take().span;
  node.left = left;
  expect("(");
  std::vector<const Expr*> items;
  while (!at(")") && !failed_) {
    items.push_back(tabular_or_scalar());
    if (!accept(",")) break;
  }
  expect(")");
  for (const Expr* item : items) node.height = std::max(node.height, item->height + 1);
  node.items = arena_.list(items);
  return finish_expr(node, first, {left});
}

const ast::Expr* Parser::between(const Expr* left, bool negated, size_t first) {
  ast::Between node;
  node.negated = negated;
  node.op_span = take().span;
  node.value = left;
  expect("(");
  node.low = additive();
  expect("..");
  node.high = additive();
  expect(")");
  return finish_expr(node, first, {node.value, node.low, node.high});
}

const ast::Expr* Parser::relation() { return chain({"<", "<=", ">", ">="}, &Parser::additive); }
const ast::Expr* Parser::additive() { return chain({"+", "-"}, &Parser::multiplicative); }
const ast::Expr* Parser::multiplicative() { return chain({"*", "/", "%"}, &Parser::string_operation); }

const ast::Expr* Parser::string_operation() {
  const size_t first = at_;
  const Expr* left = unary();
  for (std::string_view op = string_operator(peek()); !op.empty(); op = string_operator(peek())) {
    const base::SourceSpan op_span = take().span;
    if (op.ends_with("regex")) expect_word("regex");
    left = binary(left, op, op_span, unary(), first);
  }
  return left;
}

const ast::Expr* Parser::unary() {
  const size_t first = at_;
  if (!at("-") && !at("+")) return path(primary(), first);
  const Nesting nesting(*this);
  ast::Unary node;
  node.op = take().text.front();
  node.operand = failed_ ? finish_expr(ast::Star(), first) : unary();
  return finish_expr(node, first, {node.operand});
}

// target.name, target[index], target.f(…)
const ast::Expr* Parser::path(const Expr* target, size_t first) {
  for (;;) {
    if (accept(".")) {
      if (peek().kind == TokenKind::name && peek(1).is("(")) {
        target = call(target, name(), first);
        continue;
      }
      if (at("[") && !at_bracketed_name()) continue;  // y.[key] is y[key]
      ast::Member node;
      node.target = target;
      node.name = name();
      target = finish_expr(node, first, {target});
    } else if (at("[")) {
      const Nesting nesting(*this);
      take();
      ast::Element node;
      node.target = target;
      node.index = expression();
      expect("]");
      target = finish_expr(node, first, {target, node.index});
    } else {
      return target;
    }
  }
}

const ast::Expr* Parser::bracketed() {
  const Nesting nesting(*this);
  expect("(");
  const Expr* inside = tabular_or_scalar();
  expect(")");
  return inside;
}

const ast::Expr* Parser::primary() {
  const size_t first = at_;
  if (at("(")) return bracketed();
  if (at("*")) {
    take();
    return finish_expr(ast::Star(), first);
  }
  if (const Expr* value = literal()) return value;
  if (at_word("datatable") && peek(1).is("(")) return datatable();
  if ((at_word("externaldata") || at_word("external_data")) && peek(1).is("(")) return external_data();
  if (at_name()) {
    const bool quoted = at("[");
    const Name called = name();
    if (!quoted && (at("(") || (called.text == "toscalar" && at_word("kind")))) return call(nullptr, called, first);
    ast::NameRef node;
    node.name = called;
    // A pattern of tables or columns: Device* — the star touches the name and nothing that could be multiplied follows.
    if (!quoted && at("*") && tokens_[last_].touches(peek()) &&
        (peek(1).is(",") || peek(1).is(")") || peek(1).is("|") || peek(1).kind == TokenKind::end)) {
      take();
      node.name.wildcard = true;
      node.name.span = span_from(first);
      node.name.text = text_.substr(node.name.span.begin, node.name.span.end - node.name.span.begin);
    }
    return finish_expr(node, first);
  }
  fail_expected({"an expression"});
  return finish_expr(ast::NameRef(), first);
}

const ast::Expr* Parser::call(const Expr* target, Name called, size_t first) {
  const Nesting nesting(*this);
  ast::Call node;
  node.target = target;
  node.name = called;
  if (accept_word("kind")) {
    expect("=");
    node.no_optimization = true;
    name();
  }
  expect("(");
  std::vector<NamedExpr> arguments;
  while (!at(")") && !failed_) {
    arguments.push_back(named_argument());
    if (!accept(",")) break;
  }
  expect(")");
  for (const NamedExpr& argument : arguments) node.height = std::max(node.height, argument.expr->height + 1);
  node.arguments = arena_.list(arguments);
  return finish_expr(node, first, {target});
}

ast::NamedExpr Parser::named_argument() {
  const size_t first = at_;
  NamedExpr result;
  if (peek().kind == TokenKind::name && peek(1).is("=")) {
    const Name only = name();
    result.names = arena_.list(std::vector<Name>{only});
    take();
  }
  result.expr = tabular_or_scalar();
  result.span = span_from(first);
  return result;
}

// expr, name = expr, (a, b) = expr
ast::NamedExpr Parser::named_expression() {
  const size_t first = at_;
  NamedExpr result;
  if (at("(") && matching_close_is_followed_by("=")) {
    take();
    result.tuple = true;
    result.names = list_of<Name>([&] { return name(); }, ")");
    expect(")");
    expect("=");
  } else if (at_name() && peek(at("[") ? 3 : 1).is("=")) {
    const Name only = name();
    result.names = arena_.list(std::vector<Name>{only});
    take();
  }
  result.expr = expression();
  result.span = span_from(first);
  return result;
}

const ast::Expr* Parser::datatable() {
  const size_t first = at_;
  take();
  ast::Datatable node;
  node.schema = schema();
  expect("[");
  node.values = list_of<const Expr*>([&] { return scalar_literal_or_signed(); }, "]");
  expect("]");
  const size_t columns = node.schema.columns.size();
  if (!failed_ && (columns == 0 ? !node.values.empty() : node.values.size() % columns != 0))
    fail(ErrorCode::semantic_error, tokens_[first],
         "The datatable has " + std::to_string(node.values.size()) + " values, which is no multiple of its " +
             std::to_string(columns) + " columns.");
  return finish_expr(node, first);
}

const ast::Expr* Parser::external_data() {
  const size_t first = at_;
  take();
  ast::ExternalData node;
  node.schema = schema();
  expect("[");
  node.uris = list_of<const Expr*>([&] { return expression(); }, "]");
  expect("]");
  if (accept_word("with")) node.properties = arena_.list(property_list());
  return finish_expr(node, first);
}

}  // namespace vedette::kql
