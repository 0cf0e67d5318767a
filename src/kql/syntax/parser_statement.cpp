#include "parser.h"

namespace vedette::kql {

using base::ErrorCode;

ast::List<const ast::Statement*> Parser::parse_statements() {
  std::vector<const ast::Statement*> statements;
  while (peek().kind != TokenKind::end) {
    if (accept(";")) continue;
    const size_t first = at_;
    statements.push_back(statement());
    if (peek().kind != TokenKind::end && !at(";")) fail_expected({"|", ";", "an operator"});
    if (failed_) {
      recover(first, false);
      if (failed_) break;
      if (at(")") || at("]") || at("}")) take();
    }
  }
  return arena_.list(statements);
}

bool Parser::at_statement_keyword() const {
  return at_word("let") || (at_word("set") && peek(1).kind == TokenKind::name) ||
         (at_word("declare") && peek(1).kind == TokenKind::name) || (at_word("alias") && peek(1).is_name("database")) ||
         (at_word("restrict") && peek(1).is_name("access"));
}

const ast::Statement* Parser::statement() {
  const size_t first = at_;
  if (at_statement_keyword()) {
    if (at_word("let")) return let();
    if (at_word("declare")) return declare();
    if (accept_word("set")) {
      ast::Set node;
      node.name = name();
      if (accept("=")) node.value = at_name() && !at_typed_literal() ? expression() : scalar_literal_or_signed();
      return finish(node, first);
    }
    fail(ErrorCode::not_supported, peek(), "The statement '" + std::string(peek().text) + "' is not supported.");
  }
  ast::ExpressionStatement node;
  node.expr = tabular_or_scalar();
  return finish(node, first);
}

const ast::Statement* Parser::let() {
  const size_t first = at_;
  take();
  ast::Let node;
  node.name = name();
  expect("=");
  node.value = let_value();
  return finish(node, first);
}

const ast::Statement* Parser::declare() {
  const size_t first = at_;
  take();
  if (accept_word("pattern")) return pattern(first);
  if (!at_word("query_parameters"))
    fail(ErrorCode::not_supported, peek(), "'declare " + std::string(peek().text) + "' is not supported.");
  take();
  ast::QueryParameters node;
  node.parameters = arena_.list(parameters());
  return finish(node, first);
}

bool Parser::at_lambda() const {
  if (at_word("view") && peek(1).is("(")) return true;
  return at("(") && matching_close_is_followed_by("{");
}

const ast::Expr* Parser::let_value() { return at_lambda() ? lambda() : tabular_or_scalar(); }

const ast::Expr* Parser::lambda() {
  const Nesting nesting(*this);
  const size_t first = at_;
  ast::Lambda node;
  node.is_view = accept_word("view");
  node.parameters = arena_.list(parameters());
  node.body = block(node.statements);
  return finish_expr(node, first, {node.body});
}

const ast::Expr* Parser::block(List<const ast::Statement*>& statements) {
  expect("{");
  std::vector<const ast::Statement*> read;
  const Expr* body = nullptr;
  while (accept(";")) continue;
  while (at_statement_keyword()) {
    read.push_back(statement());
    if (!at("}")) expect(";");
    while (accept(";")) continue;
  }
  statements = arena_.list(read);
  if (!at("}")) body = tabular_or_scalar();
  while (accept(";")) continue;
  expect("}");
  return body;
}

ParseResult parse(std::string_view text) {
  auto tree = std::make_shared<Query::Tree>();
  std::vector<Diagnostic> diagnostics;
  tree->text = text.substr(0, SyntaxLimits::query_bytes_max);
  if (text.size() > SyntaxLimits::query_bytes_max) {
    base::Error error(ErrorCode::limit_exceeded,
                      "The query is longer than " + std::to_string(SyntaxLimits::query_bytes_max) + " bytes.",
                      {1, 1, 0, 0});
    diagnostics.push_back({std::move(error), "", {}, ""});
    return {Query(tree), std::move(diagnostics)};
  }
  Parser parser(tree->text, tree->arena, diagnostics);
  tree->statements = parser.parse_statements();
  return {Query(tree), std::move(diagnostics)};
}

base::Result<Query> parse_or_error(std::string_view text) {
  ParseResult result = parse(text);
  if (!result.ok()) return std::move(result.diagnostics.front().error);
  return std::move(result.query);
}

}  // namespace vedette::kql
