// Expressions that read like the $filter they stand for.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "vedette/store/expression.h"

namespace vedette::store::testing {

using Kind = ValueKind;

inline std::vector<std::string> split_path(const std::string& path) {
  std::vector<std::string> names;
  for (size_t at = 0; at < path.size();) {
    const size_t slash = std::min(path.find('/', at), path.size());
    names.push_back(path.substr(at, slash - at));
    at = slash + 1;
  }
  return names;
}

inline Expression property(const std::string& path, Kind kind = Kind::text, const std::string& variable = "") {
  Expression e;
  e.op = Operator::property;
  e.kind = kind;
  e.path = split_path(path);
  e.variable = variable;
  return e;
}
inline Expression value(Literal literal) {
  Expression e;
  e.value = std::move(literal);
  return e;
}
inline Expression text(const char* literal) { return value(std::string(literal)); }
inline Expression number(int64_t literal) { return value(literal); }
inline Expression real(double literal) { return value(literal); }
inline Expression truth(bool literal) { return value(literal); }
inline Expression time(const char* literal) { return value(*base::parse_iso_date_time(literal)); }
inline Expression null() { return {}; }

inline Expression operation(Operator op, std::vector<Expression> operands, Kind kind = Kind::boolean) {
  Expression e;
  e.op = op;
  e.kind = kind;
  e.operands = std::move(operands);
  return e;
}
inline Expression eq(Expression a, Expression b) { return operation(Operator::eq, {std::move(a), std::move(b)}); }
inline Expression ne(Expression a, Expression b) { return operation(Operator::ne, {std::move(a), std::move(b)}); }
inline Expression gt(Expression a, Expression b) { return operation(Operator::gt, {std::move(a), std::move(b)}); }
inline Expression ge(Expression a, Expression b) { return operation(Operator::ge, {std::move(a), std::move(b)}); }
inline Expression lt(Expression a, Expression b) { return operation(Operator::lt, {std::move(a), std::move(b)}); }
inline Expression le(Expression a, Expression b) { return operation(Operator::le, {std::move(a), std::move(b)}); }
inline Expression both(Expression a, Expression b) { return operation(Operator::and_, {std::move(a), std::move(b)}); }
inline Expression either(Expression a, Expression b) { return operation(Operator::or_, {std::move(a), std::move(b)}); }
inline Expression negation(Expression a) { return operation(Operator::not_, {std::move(a)}); }
inline Expression in(std::vector<Expression> operands) { return operation(Operator::in, std::move(operands)); }
inline Expression lambda(Operator op, Expression over, const std::string& variable, Expression predicate) {
  Expression e = operation(op, {std::move(over), std::move(predicate)});
  e.variable = variable;
  return e;
}
inline Expression call(Function function, std::vector<Expression> operands, Kind kind = Kind::boolean) {
  Expression e = operation(Operator::call, std::move(operands), kind);
  e.function = function;
  return e;
}
inline std::shared_ptr<const Expression> filter(Expression e) {
  return std::make_shared<const Expression>(std::move(e));
}

}  // namespace vedette::store::testing
