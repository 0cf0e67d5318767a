#include "check_query.h"

#include <algorithm>
#include <span>

#include "documents.h"

namespace vedette::store {

using base::ErrorCode;
using base::fail;
using base::Result;
using base::Status;

namespace {

// What compares with what.
enum class Family : uint8_t { null, boolean, number, text, time, structured };

const char* name_of(Family family) {
  switch (family) {
    case Family::null:
      return "null";
    case Family::boolean:
      return "a Boolean";
    case Family::number:
      return "a number";
    case Family::text:
      return "a text";
    case Family::time:
      return "a date-time";
    case Family::structured:
      return "a collection or complex value";
  }
  return "?";
}

Family family_of(ValueKind kind) {
  switch (kind) {
    case ValueKind::boolean:
      return Family::boolean;
    case ValueKind::int64:
    case ValueKind::real:
      return Family::number;
    case ValueKind::text:
    case ValueKind::text_ignoring_case:
      return Family::text;
    case ValueKind::date_time:
      return Family::time;
    case ValueKind::collection:
    case ValueKind::complex:
      return Family::structured;
  }
  return Family::structured;
}

Family family_of(const Literal& value) {
  constexpr Family families[] = {Family::null,   Family::boolean, Family::number,
                                 Family::number, Family::text,    Family::time};
  static_assert(std::size(families) == std::variant_size_v<Literal>);
  return families[value.index()];
}

struct Signature {
  Family argument;  // of the first argument
  size_t arguments_min, arguments_max;
  Family further;  // of the others
  Family result;
};

Signature signature_of(Function function) {
  switch (function) {
    case Function::contains:
    case Function::contains_any_case:
    case Function::startswith:
    case Function::endswith:
      return {Family::text, 2, 2, Family::text, Family::boolean};
    case Function::indexof:
      return {Family::text, 2, 2, Family::text, Family::number};
    case Function::concat:
      return {Family::text, 2, 2, Family::text, Family::text};
    case Function::length:
      return {Family::text, 1, 1, Family::null, Family::number};
    case Function::substring:
      return {Family::text, 2, 3, Family::number, Family::text};
    case Function::tolower:
    case Function::toupper:
    case Function::trim:
      return {Family::text, 1, 1, Family::null, Family::text};
    case Function::year:
    case Function::month:
    case Function::day:
    case Function::hour:
    case Function::minute:
    case Function::second:
      return {Family::time, 1, 1, Family::null, Family::number};
    case Function::date:
      return {Family::time, 1, 1, Family::null, Family::time};
    case Function::now:
      return {Family::null, 0, 0, Family::null, Family::time};
    case Function::round:
    case Function::floor:
    case Function::ceiling:
      return {Family::number, 1, 1, Family::null, Family::number};
    case Function::count:
      return {Family::structured, 1, 1, Family::null, Family::number};
  }
  return {};
}

class FilterCheck {
 public:
  Result<Family> check(const Expression& expression, size_t depth) {
    if (depth > filter_depth_max) return limit("nested deeper than", filter_depth_max, "levels");
    if (++nodes_ > filter_nodes_max) return limit("longer than", filter_nodes_max, "terms");
    switch (expression.op) {
      case Operator::literal:
        return family_of(expression.value);
      case Operator::property:
        return property(expression, depth);
      case Operator::any:
      case Operator::all:
        return lambda(expression, depth);
      default:
        return operation(expression, depth);
    }
  }

 private:
  static base::Error limit(const char* what, size_t most, const char* unit) {
    return fail(ErrorCode::limit_exceeded,
                std::string("The filter is ") + what + " " + std::to_string(most) + " " + unit + ".");
  }
  static base::Error misfit(const std::string& what) {
    return fail(ErrorCode::bad_request, "The filter cannot be evaluated: " + what + ".");
  }

  Result<Family> property(const Expression& expression, size_t depth) {
    if (!expression.variable.empty() &&
        std::find(variables_.begin(), variables_.end(), expression.variable) == variables_.end())
      return misfit("the range variable '" + expression.variable + "' is not declared");
    for (const Expression& condition : expression.operands)
      TRY(expect(TRY(check(condition, depth + 1)), Family::boolean));
    return family_of(expression.kind);
  }

  Result<Family> lambda(const Expression& expression, size_t depth) {
    const size_t count = expression.operands.size();
    if (count == 0 || count > 2 || (count == 1 && expression.op == Operator::all))
      return misfit("any and all take a collection and a predicate");
    if (expression.operands[0].op != Operator::property) return misfit("any and all go over a property");
    TRY(check(expression.operands[0], depth + 1));
    if (count == 1) return Family::boolean;
    if (expression.variable.empty()) return misfit("a predicate needs a range variable");
    if (variables_.size() == lambda_depth_max) return limit("nested in more than", lambda_depth_max, "any or all");
    variables_.push_back(expression.variable);
    const auto predicate = check(expression.operands[1], depth + 1);
    variables_.pop_back();
    return expect(TRY(predicate), Family::boolean);
  }

  Result<Family> operation(const Expression& expression, size_t depth) {
    std::vector<Family> operands;
    for (const Expression& operand : expression.operands) operands.push_back(TRY(check(operand, depth + 1)));
    const auto count = [&](size_t least, size_t most) -> Status {
      if (operands.size() >= least && operands.size() <= most) return {};
      return misfit("an operator or function has " + std::to_string(operands.size()) + " operands");
    };
    switch (expression.op) {
      case Operator::and_:
      case Operator::or_:
        TRY(count(2, SIZE_MAX));
        return all(operands, Family::boolean);
      case Operator::not_:
        TRY(count(1, 1));
        return all(operands, Family::boolean);
      case Operator::negate:
        TRY(count(1, 1));
        return all(operands, Family::number);
      case Operator::in:
        TRY(count(1, SIZE_MAX));
        return comparable(operands, Operator::eq);
      case Operator::has:
        TRY(count(2, 2));
        TRY(all(operands, Family::text));
        return Family::boolean;
      case Operator::add:
      case Operator::sub:
      case Operator::mul:
      case Operator::div:
      case Operator::mod:
        TRY(count(2, 2));
        return all(operands, Family::number);
      case Operator::call:
        return call(signature_of(expression.function), operands);
      default:
        TRY(count(2, 2));
        return comparable(operands, expression.op);
    }
  }

  static Result<Family> call(const Signature& signature, std::span<const Family> operands) {
    if (operands.size() < signature.arguments_min || operands.size() > signature.arguments_max)
      return misfit("a function has " + std::to_string(operands.size()) + " arguments");
    for (size_t i = 0; i < operands.size(); ++i)
      TRY(expect(operands[i], i == 0 ? signature.argument : signature.further));
    return signature.result;
  }

  static Result<Family> expect(Family family, Family wanted) {
    if (family == wanted || family == Family::null) return wanted;
    return misfit(std::string(name_of(family)) + " stands where " + name_of(wanted) + " is needed");
  }
  static Result<Family> all(std::span<const Family> operands, Family wanted) {
    for (const Family family : operands) TRY(expect(family, wanted));
    return wanted;
  }
  // The first operand with each of the others.
  static Result<Family> comparable(std::span<const Family> operands, Operator op) {
    for (const Family other : operands.subspan(1)) {
      const bool structured = operands[0] == Family::structured || other == Family::structured;
      const bool with_null = operands[0] == Family::null || other == Family::null;
      const bool fits =
          structured ? with_null && (op == Operator::eq || op == Operator::ne) : with_null || operands[0] == other;
      if (!fits) return misfit(std::string(name_of(operands[0])) + " is compared with " + name_of(other));
    }
    return Family::boolean;
  }

  size_t nodes_ = 0;
  std::vector<std::string_view> variables_;
};

}  // namespace

Status check_query(const std::vector<Collection>& collections, const Query& query) {
  TRY(find_collection(collections, query.collection));
  if (query.skip < 0 || query.top < 0) return fail(ErrorCode::bad_request, "A page cannot have a negative size.");
  if (query.order.size() > order_keys_max)
    return fail(ErrorCode::limit_exceeded,
                "The order has more than " + std::to_string(order_keys_max) + " properties.");
  for (const OrderBy& key : query.order)
    if (key.path.empty() || family_of(key.kind) == Family::structured)
      return fail(ErrorCode::bad_request, "Entities can be ordered by single values only.");
  return query.filter ? check_filter(*query.filter) : Status();
}

Status check_filter(const Expression& filter) {
  const Family family = TRY(FilterCheck().check(filter, 1));
  if (family == Family::boolean || family == Family::null) return {};
  return fail(ErrorCode::bad_request, "The filter is no condition.");
}

}  // namespace vedette::store
