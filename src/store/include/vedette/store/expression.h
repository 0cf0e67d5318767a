// What a query over entities asks: a bound $filter expression, its order and its page, without SQL and without OData
// text. odata binds a URL to it; every store implementation evaluates it with equal answers (OData 4.01 part
// 1, 11.2.6).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "vedette/base/guid.h"
#include "vedette/base/time.h"

namespace vedette::store {

// null, Edm.Boolean, Int64, Double, String (enums and Edm.Guid compare as their canonical text), DateTimeOffset.
using Literal = std::variant<std::monostate, bool, int64_t, double, std::string, base::DateTime>;

enum class Operator : uint8_t {
  literal,  // value
  // path from the entity, or from the range variable `variable` of an enclosing lambda; operands: conditions without
  // which it is null
  property,
  // operands: 2 (and, or: 2 or more)
  and_,
  or_,
  eq,
  ne,
  gt,
  ge,
  lt,
  le,
  has,
  add,
  sub,
  mul,
  div,
  mod,
  in,  // operands: left, then the list's items
  // operands: 1
  not_,
  negate,
  // operands: collection, predicate (absent for any()); `variable` names the range variable
  any,
  all,
  call,  // `function` with its operands
};

// The comparison with its sides exchanged; other operators are as they were.
constexpr Operator mirrored(Operator op) {
  switch (op) {
    case Operator::gt:
      return Operator::lt;
    case Operator::ge:
      return Operator::le;
    case Operator::lt:
      return Operator::gt;
    case Operator::le:
      return Operator::ge;
    default:
      return op;
  }
}

// The canonical functions of OData 4.01 that apply to entities.
enum class Function : uint8_t {
  contains,
  startswith,
  endswith,
  length,
  indexof,
  substring,
  tolower,
  toupper,
  trim,
  concat,
  year,
  month,
  day,
  hour,
  minute,
  second,
  date,
  now,
  round,
  floor,
  ceiling,
  count,              // of the items of a collection
  contains_any_case,  // of a text that is in lower case already, by Unicode's simple mapping
};

// What a property holds, from the model: how its JSON is compared.
enum class ValueKind : uint8_t { boolean, int64, real, text, text_ignoring_case, date_time, collection, complex };

struct Expression {
  Operator op = Operator::literal;
  Function function = Function::contains;
  ValueKind kind = ValueKind::text;  // of the result
  Literal value;                     // literal
  std::vector<std::string> path;     // property: names from the outside in; "*type" is the @odata.type of a value
  std::string variable;              // lambda: the variable it declares; property: the variable it starts from, or ""
  std::vector<Expression> operands;
};

enum class Direction : uint8_t { ascending, descending };

struct OrderBy {
  std::vector<std::string> path;
  ValueKind kind = ValueKind::text;
  Direction direction = Direction::ascending;
  // Of a text that is one of few: these in their order, the others behind them. Empty: texts compare as they are.
  std::vector<std::string> ranking = {};
};

}  // namespace vedette::store
