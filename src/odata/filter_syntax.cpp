#include <algorithm>
#include <limits>

#include "filter_parser.h"
#include "vedette/base/guid.h"
#include "vedette/base/utf8.h"
#include "vedette/edm/type.h"

namespace vedette::odata {
namespace {

using base::ErrorCode;
using base::Result;
using store::Operator;
using Kind = FilterNode::Kind;

struct Infix {
  std::string_view word;
  Operator op;
  int power;  // binds tighter when larger (part 2, section 5.1.1.15)
};

constexpr int unary_power = 7;
constexpr Infix infixes[] = {
    {"or", Operator::or_, 1},  {"and", Operator::and_, 2}, {"eq", Operator::eq, 3},   {"ne", Operator::ne, 3},
    {"gt", Operator::gt, 4},   {"ge", Operator::ge, 4},    {"lt", Operator::lt, 4},   {"le", Operator::le, 4},
    {"add", Operator::add, 5}, {"sub", Operator::sub, 5},  {"mul", Operator::mul, 6}, {"div", Operator::div, 6},
    {"mod", Operator::mod, 6}, {"has", Operator::has, 8},  {"in", Operator::in, 8},
};

}  // namespace

void FilterParser::skip_blanks() {
  while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
}

bool FilterParser::take(char c) {
  skip_blanks();
  if (peek() != c) return false;
  ++at_;
  return true;
}

std::string_view FilterParser::peek_word() const {
  size_t end = at_;
  while (end < text_.size() && is_filter_name_char(text_[end])) ++end;
  return text_.substr(at_, end - at_);
}

base::Error FilterParser::expected(std::string_view what) const {
  std::string found(peek_word().substr(0, 40));
  if (found.empty() && at_ < text_.size())
    base::append_utf8(found, [this] {
      size_t at = at_;
      return base::next_code_point(text_, at);
    }());
  return base::fail(ErrorCode::syntax_error, "Expected " + std::string(what) +
                                                 (found.empty() ? ", found the end" : ", found '" + found + "'") +
                                                 at_position(text_, at_) + ".");
}

base::Error FilterParser::too_deep() const {
  return base::fail(ErrorCode::limit_exceeded,
                    "The expression is nested deeper than " + std::to_string(filter_height_max) + " levels.");
}

// The height of the tree bounds every later recursion over it.
Result<FilterNode> FilterParser::checked(FilterNode node) const {
  for (const FilterNode& operand : node.operands) node.height = std::max(node.height, operand.height + 1);
  if (node.height > filter_height_max) return too_deep();
  return node;
}

Result<FilterNode> FilterParser::expression(int power_min, size_t depth) {
  if (depth > filter_height_max) return too_deep();
  FilterNode left = TRY(operand(depth));
  for (;;) {
    skip_blanks();
    const std::string_view word = peek_word();
    const auto* infix = std::find_if(std::begin(infixes), std::end(infixes),
                                     [&](const Infix& i) { return edm::equal_names(i.word, word); });
    if (infix == std::end(infixes) || infix->power < power_min) return left;
    const size_t start = at_;
    at_ += word.size();
    if (infix->op == Operator::in) {
      left = TRY(list(std::move(left), depth));
      continue;
    }
    FilterNode right = TRY(expression(infix->power + 1, depth + 1));
    const bool chain = (infix->op == Operator::and_ || infix->op == Operator::or_) && left.op == infix->op &&
                       left.kind == Kind::operation && !left.parenthesised;
    if (chain) {
      left.operands.push_back(std::move(right));
    } else {
      FilterNode node;
      node.kind = Kind::operation;
      node.op = infix->op;
      node.at = start;
      node.operands.push_back(std::move(left));
      node.operands.push_back(std::move(right));
      left = std::move(node);
    }
    left = TRY(checked(std::move(left)));
  }
}

Result<FilterNode> FilterParser::operand(size_t depth) {
  skip_blanks();
  const size_t start = at_;
  const bool minus = peek() == '-' && at_ + 1 < text_.size() && !is_filter_digit(text_[at_ + 1]) &&
                     peek_word() != "-INF" && !text_.substr(at_).starts_with("-INF");
  const bool negation = edm::equal_names(peek_word(), "not");
  if (!minus && !negation) return primary(depth);
  at_ += minus ? 1 : 3;
  FilterNode node;
  node.kind = Kind::operation;
  node.op = minus ? Operator::negate : Operator::not_;
  node.at = start;
  node.operands.push_back(TRY(expression(unary_power, depth + 1)));
  return checked(std::move(node));
}

Result<FilterNode> FilterParser::primary(size_t depth) {
  const char c = peek();
  if (c == '(') return parenthesised(depth);
  if (c == '\'') {
    FilterNode node;
    node.at = at_;
    node.value = TRY(quoted());
    return node;
  }
  if (is_filter_digit(c) || c == '-' || (text_.size() - at_ >= 36 && base::parse_guid(text_.substr(at_, 36))))
    return bare_literal();
  if (is_filter_name_char(c)) return name(depth);
  return expected("a property, a literal or '('");
}

Result<FilterNode> FilterParser::parenthesised(size_t depth) {
  ++at_;
  FilterNode node = TRY(expression(0, depth + 1));
  if (!take(')')) return expected("')' or an operator");
  node.parenthesised = true;
  return node;
}

Result<FilterNode> FilterParser::list(FilterNode left, size_t depth) {
  FilterNode node;
  node.kind = Kind::operation;
  node.op = Operator::in;
  node.at = at_;
  node.operands.push_back(std::move(left));
  if (!take('(')) return expected("'(' of the list");
  do {
    skip_blanks();
    node.operands.push_back(TRY(primary(depth + 1)));
  } while (take(','));
  if (!take(')')) return expected("',' or ')'");
  return checked(std::move(node));
}

Result<FilterNode> FilterParser::name(size_t depth) {
  const size_t start = at_;
  const std::string word(peek_word());
  at_ += word.size();
  FilterNode node;
  node.at = start;
  if (peek() == '\'') return typed_literal(word, start);
  if (peek() == '(') return call(word, start, depth);
  if (peek() != '/') {
    if (word == "null") return node;
    if (edm::equal_names(word, "true") || edm::equal_names(word, "false")) {
      node.value = word.size() == 4;
      return node;
    }
    if (word == "INF" || word == "NaN") {
      node.value = word == "INF" ? std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN();
      return node;
    }
  }
  at_ = start;
  return path(start, depth);
}

Result<FilterNode> FilterParser::path(size_t start, size_t depth) {
  FilterNode node;
  node.kind = Kind::path;
  node.at = start;
  for (;;) {
    const std::string_view word = peek_word();
    if (word.empty() || is_filter_digit(word.front())) return expected("the name of a property");
    at_ += word.size();
    const bool any = edm::equal_names(word, "any"), all = edm::equal_names(word, "all");
    if (!node.segments.empty() && (any || all) && peek() == '(') {
      node.op = any ? Operator::any : Operator::all;
      return lambda(std::move(node), depth);
    }
    node.segments.emplace_back(word);
    if (peek() != '/') return node;
    ++at_;
  }
}

// any() | any(x:predicate) | all(x:predicate)
Result<FilterNode> FilterParser::lambda(FilterNode node, size_t depth) {
  node.kind = Kind::lambda;
  ++at_;
  if (node.op == Operator::any && take(')')) return node;
  skip_blanks();
  node.variable = peek_word();
  if (node.variable.empty()) return expected("the variable of the lambda");
  at_ += node.variable.size();
  if (!take(':')) return expected("':'");
  node.operands.push_back(TRY(expression(0, depth + 1)));
  if (!take(')')) return expected("')' or an operator");
  return checked(std::move(node));
}

Result<FilterNode> FilterParser::call(std::string function, size_t start, size_t depth) {
  FilterNode node;
  node.kind = Kind::call;
  node.at = start;
  node.name = std::move(function);
  ++at_;
  if (take(')')) return node;
  do {
    node.operands.push_back(TRY(expression(0, depth + 1)));
  } while (take(','));
  if (!take(')')) return expected("',' or ')'");
  return checked(std::move(node));
}

std::string at_position(std::string_view text, size_t at) {
  return " at position " + std::to_string(base::count_code_points(text.substr(0, std::min(at, text.size()))) + 1);
}

Result<FilterNode> parse_filter(std::string_view text) {
  if (text.size() > filter_bytes_max)
    return base::fail(ErrorCode::limit_exceeded,
                      "The expression is longer than " + std::to_string(filter_bytes_max) + " bytes.");
  return FilterParser(text).parse();
}

}  // namespace vedette::odata
