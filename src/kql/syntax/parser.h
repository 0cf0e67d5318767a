// A recursive-descent parser. After an error it sees nothing but the end of the text, so that every loop ends, until a
// recovery point (the next `|` or `;` of the same nesting) lets it go on: no rule checks for failure.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <vector>

#include "token.h"
#include "vedette/kql/syntax/parse.h"

namespace vedette::kql {

class Parser {
 public:
  Parser(std::string_view text, ast::Arena& arena, std::vector<Diagnostic>& diagnostics)
      : text_(text), arena_(arena), diagnostics_(diagnostics), tokens_(tokenize(text)) {}

  ast::List<const ast::Statement*> parse_statements();

 private:
  using Expr = ast::Expr;
  using Name = ast::Name;
  using NamedExpr = ast::NamedExpr;
  template <class T>
  using List = ast::List<T>;

  // parser.cpp: tokens, errors, names, lists.
  const Token& peek(size_t ahead = 0) const;
  bool at(std::string_view punctuation) const { return peek().is(punctuation); }
  bool at_word(std::string_view word) const { return peek().is_name(word); }
  Token take();
  bool accept(std::string_view punctuation);
  bool accept_word(std::string_view word);
  void expect(std::string_view punctuation);
  void expect_word(std::string_view word);
  void fail_expected(std::initializer_list<std::string_view> expected);
  void fail(base::ErrorCode code, const Token& where, std::string message, std::vector<std::string> expected = {},
            std::string suggestion = {});
  void recover(size_t from_token, bool stop_at_pipe);
  base::SourceSpan span_from(size_t first_token) const;
  bool matching_close_is_followed_by(std::string_view punctuation) const;
  Name name();
  Name name_or_pattern();
  bool at_name() const;
  bool at_bracketed_name() const;
  std::string_view string_value();
  ast::ScalarType scalar_type();
  ast::Schema schema();
  std::vector<ast::Parameter> parameters();
  ast::Parameter parameter();
  // `item {',' item}`, with a trailing comma allowed before `close`.
  template <class T, class F>
  List<T> list_of(F item, std::string_view close = {}) {
    std::vector<T> items;
    do {
      if (!close.empty() && at(close)) break;
      items.push_back(item());
    } while (accept(","));
    return arena_.list(items);
  }

  // parser_statement.cpp
  const ast::Statement* statement();
  const ast::Statement* let();
  const ast::Statement* declare();
  const Expr* let_value();
  const Expr* lambda();
  // { statements; body }; the body is null in `{ }`.
  const Expr* block(List<const ast::Statement*>& statements);
  const ast::Statement* pattern(size_t first);  // parser_pattern.cpp
  ast::PatternRule pattern_rule();
  bool at_lambda() const;
  bool at_statement_keyword() const;

  // parser_expression.cpp
  const Expr* expression();         // scalar
  const Expr* tabular_or_scalar();  // perhaps with `| …`
  const Expr* pipe_body();          // `where … | extend …` or `source | …`, between brackets
  const Expr* logical(bool is_and);
  const Expr* equality();
  const Expr* relation();
  const Expr* additive();
  const Expr* multiplicative();
  const Expr* string_operation();
  const Expr* chain(std::initializer_list<std::string_view> operators, const Expr* (Parser::*operand)());
  const Expr* binary(const Expr* left, std::string_view op, base::SourceSpan op_span, const Expr* right, size_t first);
  const Expr* unary();
  const Expr* path(const Expr* target, size_t first);
  const Expr* primary();
  const Expr* bracketed();
  const Expr* in_list(const Expr* left, std::string_view op, size_t first);
  const Expr* between(const Expr* left, bool negated, size_t first);
  const Expr* call(const Expr* target, Name name, size_t first);
  const Expr* datatable();
  const Expr* external_data();
  const Expr* pipe(const Expr* source, size_t first);
  NamedExpr named_expression();
  NamedExpr named_argument();

  // parser_literal.cpp
  const Expr* literal();
  const Expr* string_literal();
  const Expr* typed_literal(ast::ScalarType type);
  const Expr* dynamic_literal();
  ast::DynamicValue dynamic_value();
  const Expr* typeof_literal();
  bool at_typed_literal() const;
  const Expr* scalar_literal_or_signed();

  // parser_operator.cpp
  const ast::Operator* pipe_operator();
  bool at_leading_operator() const;
  std::string operator_keyword() const;
  std::vector<ast::Option> options(std::initializer_list<std::string_view> names);
  std::vector<ast::Option> property_list();
  ast::OrderedExpr ordered();
  ast::Operator* operator_of(std::string_view keyword);
  ast::Operator* rare_operator_of(std::string_view keyword);  // parser_rare_operator.cpp
  List<const Expr*> table_list();
  const Expr* sub_pipe();  // ( … )
  ast::Operator* join_like(bool lookup);
  ast::Operator* union_operator();
  ast::Operator* parse_operator(bool drops_unmatched);
  ast::Operator* parse_kv();
  ast::MvItem mv_item();
  ast::Operator* mv_expand();
  ast::Operator* mv_apply();
  ast::Operator* summarize();
  ast::Operator* top_nested();
  ast::Operator* make_series();
  ast::Operator* scan();
  ast::Operator* find();
  ast::Operator* search();
  ast::Operator* evaluate();
  ast::Operator* render();
  ast::Operator* partition();
  ast::Operator* fork();
  ast::Operator* facet();

  // parser_graph.cpp
  ast::Operator* graph_operator_of(std::string_view keyword);  // null: it is none
  ast::Operator* make_graph();
  template <class Node>
  ast::Operator* graph_patterns(Node node, std::string_view option);
  ast::GraphStep graph_node();
  ast::GraphStep graph_edge();
  ast::Operator* graph_to_table();

  template <class T>
  const T* finish(T node, size_t first) {
    node.span = span_from(first);
    return arena_.make(node);
  }
  // An expression node above `children`.
  template <class T>
  const T* finish_expr(T node, size_t first, std::initializer_list<const Expr*> children = {}) {
    for (const Expr* child : children)
      if (child != nullptr) node.height = std::max(node.height, child->height + 1);
    if (node.height > SyntaxLimits::tree_height_max)
      fail(base::ErrorCode::limit_exceeded, tokens_[first],
           "The expression is more than " + std::to_string(SyntaxLimits::tree_height_max) + " levels high.");
    return finish(node, first);
  }
  template <class T>
  ast::Operator* finish_operator(T node, size_t first) {
    node.span = span_from(first);
    return arena_.make(node);
  }

  // Counts nesting for as long as it lives.
  class Nesting {
   public:
    explicit Nesting(Parser& parser);
    ~Nesting() { --parser_.depth_; }

   private:
    Parser& parser_;
  };

  std::string_view text_;
  ast::Arena& arena_;
  std::vector<Diagnostic>& diagnostics_;
  std::vector<Token> tokens_;
  size_t at_ = 0;
  size_t last_ = 0;  // the last token taken
  uint32_t depth_ = 0;
  bool failed_ = false;
};

}  // namespace vedette::kql
