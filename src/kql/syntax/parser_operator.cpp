// Operators of everyday queries; the others are in parser_rare_operator.cpp.
#include <array>

#include "parser.h"
#include "vedette/base/nearest_name.h"
#include "vedette/kql/syntax/operator_names.h"

namespace vedette::kql {

using base::ErrorCode;

namespace {

constexpr std::array<std::string_view, 59> keywords = {"as",
                                                       "assert-schema",
                                                       "consume",
                                                       "count",
                                                       "distinct",
                                                       "evaluate",
                                                       "execute-and-cache",
                                                       "extend",
                                                       "facet",
                                                       "filter",
                                                       "find",
                                                       "fork",
                                                       "getschema",
                                                       "graph-mark-components",
                                                       "graph-match",
                                                       "graph-shortest-paths",
                                                       "graph-to-table",
                                                       "graph-where-edges",
                                                       "graph-where-nodes",
                                                       "invoke",
                                                       "join",
                                                       "limit",
                                                       "lookup",
                                                       "macro-expand",
                                                       "make-graph",
                                                       "make-series",
                                                       "mv-apply",
                                                       "mv-expand",
                                                       "mvapply",
                                                       "mvexpand",
                                                       "order",
                                                       "parse",
                                                       "parse-kv",
                                                       "parse-where",
                                                       "partition",
                                                       "__partitionby",
                                                       "print",
                                                       "project",
                                                       "project-away",
                                                       "project-by-names",
                                                       "project-keep",
                                                       "project-rename",
                                                       "project-reorder",
                                                       "range",
                                                       "reduce",
                                                       "render",
                                                       "sample",
                                                       "sample-distinct",
                                                       "scan",
                                                       "search",
                                                       "serialize",
                                                       "sort",
                                                       "summarize",
                                                       "take",
                                                       "top",
                                                       "top-hitters",
                                                       "top-nested",
                                                       "union",
                                                       "where"};

}  // namespace

std::span<const std::string_view> operator_names() { return keywords; }

// The operator's name that stands here, hyphens joined; "" when it is none.
std::string Parser::operator_keyword() const {
  if (peek().kind != TokenKind::name) return {};
  std::string joined(peek().text);
  std::string found;
  for (size_t ahead = 0;; ahead += 2) {
    if (std::find(keywords.begin(), keywords.end(), joined) != keywords.end()) found = joined;
    const Token& hyphen = peek(ahead + 1);
    const Token& next = peek(ahead + 2);
    if (!hyphen.is("-") || next.kind != TokenKind::name || !peek(ahead).touches(hyphen) || !hyphen.touches(next)) break;
    joined += '-';
    joined += next.text;
  }
  return found;
}

// print, range, union, find, search, evaluate begin a query of their own; the words are also names and functions.
bool Parser::at_leading_operator() const {
  const Token& next = peek(1);
  const bool operand = next.kind == TokenKind::name || next.kind == TokenKind::string || next.is("[");
  if (at_word("print"))
    return operand || next.kind == TokenKind::integer || next.kind == TokenKind::real ||
           next.kind == TokenKind::timespan || next.is("(") || next.is("-") || next.is("+");
  if (at_word("range")) return operand && peek(2).is_name("from");
  if (at_word("union")) return operand || next.is("(") || next.is("*");
  if (at_word("find")) return operand || next.is("(");
  if (at_word("search")) return operand || next.is("(") || next.is("*");
  if (at_word("evaluate")) return next.kind == TokenKind::name;
  return at_word("macro") && operator_keyword() == "macro-expand";
}

const ast::Operator* Parser::pipe_operator() {
  const size_t first = at_;
  const std::string keyword = operator_keyword();
  if (keyword.empty()) {
    const std::string suggestion =
        peek().kind == TokenKind::name
            ? std::string(base::nearest_name(peek().text, {keywords.begin(), keywords.end()}))
            : "";
    const Token found = peek();
    if (found.kind == TokenKind::name)
      fail(ErrorCode::syntax_error, found, "'" + std::string(found.text) + "' is no operator.", {"an operator"},
           suggestion);
    else
      fail_expected({"an operator"});
    return finish_operator(ast::Consume(), first);
  }
  for (size_t left = keyword.size(); left > 0 && !failed_;) left -= take().text.size();
  ast::Name written;
  written.span = span_from(first);
  written.text = text_.substr(written.span.begin, written.span.end - written.span.begin);
  ast::Operator* result = operator_of(keyword);
  result->keyword = written;
  result->span = span_from(first);
  return result;
}

// name=value pairs of the given names, and hint.….
std::vector<ast::Option> Parser::options(std::initializer_list<std::string_view> names) {
  std::vector<ast::Option> result;
  for (;;) {
    size_t length = 0;
    if (at_word("hint") && peek(1).is(".") && peek(2).kind == TokenKind::name && peek(3).is("=")) {
      length = 3;
    } else if (peek().kind == TokenKind::name && peek(1).is("=") &&
               std::find(names.begin(), names.end(), peek().text) != names.end()) {
      length = 1;
    } else {
      return result;
    }
    const size_t first = at_;
    for (size_t i = 0; i < length; ++i) take();
    ast::Option option;
    option.name.span = span_from(first);
    option.name.text = text_.substr(option.name.span.begin, option.name.span.end - option.name.span.begin);
    take();
    option.value = literal();
    if (option.value == nullptr) {
      const size_t word = at_;
      ast::NameRef node;
      node.name = name();
      option.value = finish_expr(node, word);
    }
    result.push_back(option);
    accept(",");
  }
}

// ( name = value, … )
std::vector<ast::Option> Parser::property_list() {
  std::vector<ast::Option> result;
  expect("(");
  while (!at(")") && !failed_) {
    ast::Option option;
    option.name = name();
    expect("=");
    option.value = expression();
    result.push_back(option);
    if (!accept(",")) break;
  }
  expect(")");
  return result;
}

ast::OrderedExpr Parser::ordered() {
  ast::OrderedExpr result;
  result.value = named_expression();
  if (accept_word("asc"))
    result.direction = ast::Direction::asc;
  else if (accept_word("desc"))
    result.direction = ast::Direction::desc;
  if (accept_word("nulls")) {
    result.nulls = at_word("first") ? ast::Nulls::first : ast::Nulls::last;
    if (!accept_word("first")) expect_word("last");
  }
  return result;
}

const ast::Expr* Parser::sub_pipe() {
  expect("(");
  const Expr* body = pipe_body();
  expect(")");
  return body;
}

// Tables of union, find, search: names, patterns, calls, (pipes).
ast::List<const ast::Expr*> Parser::table_list() {
  return list_of<const Expr*>([&]() -> const Expr* {
    const size_t first = at_;
    if (at("*") || (peek().kind == TokenKind::name && peek(1).is("*") && peek().touches(peek(1)))) {
      ast::NameRef node;
      node.name = name_or_pattern();
      return finish_expr(node, first);
    }
    return path(primary(), first);
  });
}

ast::Operator* Parser::operator_of(std::string_view keyword) {
  const size_t first = last_;
  const auto named_list = [&] { return list_of<NamedExpr>([&] { return named_expression(); }); };
  const auto with_items = [&](auto node) {
    node.options = arena_.list(options({}));
    node.items = named_list();
    return finish_operator(node, first);
  };
  const auto with_count = [&](auto node) {
    node.options = arena_.list(options({}));
    node.count = named_expression();
    return finish_operator(node, first);
  };
  const auto with_columns = [&](auto node) {
    node.columns = list_of<Name>([&] { return name_or_pattern(); });
    return finish_operator(node, first);
  };
  if (keyword == "where" || keyword == "filter") {
    ast::Filter node;
    node.options = arena_.list(options({}));
    node.predicate = named_expression();
    return finish_operator(node, first);
  }
  if (keyword == "extend") return with_items(ast::Extend());
  if (keyword == "project") {
    if (at("|") || at(")") || at(";") || peek().kind == TokenKind::end) return finish_operator(ast::Project(), first);
    return with_items(ast::Project());
  }
  if (keyword == "project-rename") return with_items(ast::ProjectRename());
  if (keyword == "print") return with_items(ast::Print());
  if (keyword == "serialize") {
    if (at_name() || at("(")) return with_items(ast::Serialize());
    return finish_operator(ast::Serialize(), first);
  }
  if (keyword == "project-away") return with_columns(ast::ProjectAway());
  if (keyword == "project-keep") return with_columns(ast::ProjectKeep());
  if (keyword == "take" || keyword == "limit") return with_count(ast::Take());
  if (keyword == "sample") return with_count(ast::Sample());
  if (keyword == "count") {
    ast::Count node;
    if (accept_word("as")) node.as = name();
    return finish_operator(node, first);
  }
  if (keyword == "distinct") {
    ast::Distinct node;
    node.options = arena_.list(options({}));
    node.items = list_of<ast::NamedExpr>([&] { return named_expression(); });
    return finish_operator(node, first);
  }
  if (keyword == "sort" || keyword == "order") {
    ast::Sort node;
    node.options = arena_.list(options({}));
    expect_word("by");
    node.keys = list_of<ast::OrderedExpr>([&] { return ordered(); });
    return finish_operator(node, first);
  }
  if (keyword == "top") {
    ast::Top node;
    node.options = arena_.list(options({}));
    node.count = named_expression();
    expect_word("by");
    node.keys = list_of<ast::OrderedExpr>([&] { return ordered(); });
    return finish_operator(node, first);
  }
  if (keyword == "summarize") return summarize();
  if (keyword == "join") return join_like(false);
  if (keyword == "lookup") return join_like(true);
  if (keyword == "union") return union_operator();
  if (keyword == "mv-expand" || keyword == "mvexpand") return mv_expand();
  if (keyword == "mv-apply" || keyword == "mvapply") return mv_apply();
  if (keyword == "parse" || keyword == "parse-where") return parse_operator(keyword == "parse-where");
  if (keyword == "parse-kv") return parse_kv();
  if (keyword == "as") {
    ast::As node;
    node.options = arena_.list(options({}));
    node.name = name();
    return finish_operator(node, first);
  }
  if (keyword == "getschema") return finish_operator(ast::GetSchema(), first);
  if (keyword == "range") {
    ast::Range node;
    node.name = name();
    expect_word("from");
    node.from = expression();
    expect_word("to");
    node.to = expression();
    expect_word("step");
    node.step = expression();
    return finish_operator(node, first);
  }
  return rare_operator_of(keyword);
}

ast::Operator* Parser::summarize() {
  const size_t first = last_;
  ast::Summarize node;
  node.options = arena_.list(options({}));
  if (!at_word("by") || peek(1).is("=")) {
    if (at_name() || at("(") || peek().kind != TokenKind::punctuation)
      node.aggregates = list_of<NamedExpr>([&] { return named_expression(); });
  }
  if (accept_word("by")) {
    node.has_by = true;
    node.by = list_of<NamedExpr>([&] { return named_expression(); });
    if (accept_word("bin")) {
      expect("=");
      node.bin = expression();
    }
  }
  return finish_operator(node, first);
}

ast::Operator* Parser::join_like(bool lookup) {
  const size_t first = last_;
  const auto given = arena_.list(options({"kind"}));
  const size_t right_first = at_;
  const Expr* right = path(primary(), right_first);
  List<const Expr*> on;
  const Expr* where = nullptr;
  if (accept_word("on"))
    on = list_of<const Expr*>([&] { return expression(); });
  else if (!lookup && accept_word("where"))
    where = expression();
  if (lookup) {
    ast::Lookup node;
    node.options = given;
    node.right = right;
    node.on = on;
    return finish_operator(node, first);
  }
  ast::Join node;
  node.options = given;
  node.right = right;
  node.on = on;
  node.where = where;
  return finish_operator(node, first);
}

ast::Operator* Parser::union_operator() {
  const size_t first = last_;
  ast::Union node;
  node.options = arena_.list(options({"kind", "isfuzzy", "withsource", "with_source"}));
  node.tables = table_list();
  return finish_operator(node, first);
}

ast::Operator* Parser::parse_operator(bool drops_unmatched) {
  const size_t first = last_;
  ast::Parse node;
  node.drops_unmatched = drops_unmatched;
  node.options = arena_.list(options({"kind", "flags"}));
  node.value = expression();
  expect_word("with");
  std::vector<ast::ParsePiece> pieces;
  while (!failed_ && (at("*") || peek().kind == TokenKind::string || at_name())) {
    const size_t begin = at_;
    ast::ParsePiece piece;
    if (accept("*")) {
      piece.kind = ast::ParsePiece::Kind::star;
    } else if (peek().kind == TokenKind::string) {
      piece.kind = ast::ParsePiece::Kind::text;
      piece.text = &string_literal()->as<ast::Literal>();
    } else {
      piece.kind = ast::ParsePiece::Kind::column;
      piece.column = name();
      if (accept(":")) piece.type = scalar_type();
    }
    piece.span = span_from(begin);
    pieces.push_back(piece);
  }
  if (pieces.empty()) fail_expected({"a string", "*", "a name"});
  node.pattern = arena_.list(pieces);
  return finish_operator(node, first);
}

ast::Operator* Parser::parse_kv() {
  const size_t first = last_;
  ast::ParseKv node;
  node.value = expression();
  expect_word("as");
  node.keys = schema();
  if (accept_word("with")) node.properties = arena_.list(property_list());
  return finish_operator(node, first);
}

ast::MvItem Parser::mv_item() {
  ast::MvItem item;
  if (!at_word("to")) item.value = arena_.make(named_expression());
  if (accept_word("to")) {
    expect_word("typeof");
    expect("(");
    item.to_type = scalar_type();
    expect(")");
  }
  return item;
}

ast::Operator* Parser::mv_expand() {
  const size_t first = last_;
  ast::MvExpand node;
  node.options = arena_.list(options({"kind", "bagexpansion", "with_itemindex"}));
  node.items = list_of<ast::MvItem>([&] { return mv_item(); });
  if (accept_word("limit")) node.limit = unary();
  return finish_operator(node, first);
}

ast::Operator* Parser::mv_apply() {
  const size_t first = last_;
  ast::MvApply node;
  node.options = arena_.list(options({"kind", "bagexpansion", "with_itemindex"}));
  node.items = list_of<ast::MvItem>([&] { return mv_item(); });
  if (accept_word("limit")) node.limit = unary();
  if (accept_word("id")) node.id = unary();
  expect_word("on");
  node.body = sub_pipe();
  return finish_operator(node, first);
}

}  // namespace vedette::kql
