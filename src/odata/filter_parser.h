// The parser of $filter, shared by filter_syntax.cpp (expressions) and filter_literals.cpp.
#pragma once

#include "filter_syntax.h"

namespace vedette::odata {

class FilterParser {
 public:
  explicit FilterParser(std::string_view text) : text_(text) {}

  base::Result<FilterNode> parse() {
    FilterNode node = TRY(expression(0, 0));
    skip_blanks();
    if (at_ < text_.size()) return expected("an operator or the end");
    return node;
  }

 private:
  base::Result<FilterNode> expression(int power_min, size_t depth);
  base::Result<FilterNode> operand(size_t depth);
  base::Result<FilterNode> primary(size_t depth);
  base::Result<FilterNode> parenthesised(size_t depth);
  base::Result<FilterNode> list(FilterNode left, size_t depth);
  base::Result<FilterNode> name(size_t depth);
  base::Result<FilterNode> path(size_t start, size_t depth);
  base::Result<FilterNode> call(std::string function, size_t start, size_t depth);
  base::Result<FilterNode> lambda(FilterNode node, size_t depth);
  base::Result<FilterNode> typed_literal(std::string_view type, size_t start);
  base::Result<FilterNode> bare_literal();
  base::Result<std::string> quoted();

  base::Result<FilterNode> checked(FilterNode node) const;
  base::Error expected(std::string_view what) const;
  base::Error too_deep() const;
  std::string_view peek_word() const;
  bool take(char c);
  void skip_blanks();
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  std::string_view text_;
  size_t at_ = 0;
};

bool is_filter_digit(char c);
// Of names, with the dots of namespaces and the dollar of $it and $count.
bool is_filter_name_char(char c);

}  // namespace vedette::odata
