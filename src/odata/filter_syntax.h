// The grammar of $filter (OData 4.01 part 2, section 5.1.1; ABNF `commonExpr`): text in, tree out, no names resolved.
// A Pratt parser without a token stream: blanks and words mean what they do by where they stand.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/store/expression.h"

namespace vedette::odata {

inline constexpr size_t filter_bytes_max = 16 * 1024;
inline constexpr size_t filter_height_max = 100;

struct FilterNode {
  enum class Kind : uint8_t { literal, duration, enumeration, path, call, lambda, operation };
  Kind kind = Kind::literal;
  store::Operator op = store::Operator::literal;  // operation; any_ or all of a lambda
  size_t at = 0;                                  // byte of the text
  size_t height = 1;
  store::Literal value;               // literal; the ticks of a duration
  bool guid = false;                  // a literal that was written as a guid
  std::string name;                   // of a function; of an enumeration's type
  std::vector<std::string> segments;  // path, lambda
  std::string variable;               // lambda
  std::vector<FilterNode> operands;   // a lambda has none or its predicate
  bool parenthesised = false;
};

// Errors: syntax_error with the position and what was expected, limit_exceeded.
base::Result<FilterNode> parse_filter(std::string_view text);

// " at position 12": 1-based, in code points.
std::string at_position(std::string_view text, size_t at);

}  // namespace vedette::odata
