// Statements: what `;` separates.
#pragma once

#include "vedette/kql/syntax/expression.h"
#include "vedette/kql/syntax/operator.h"

namespace vedette::kql::ast {

enum class StatementKind : uint8_t {
  expression,
  let,
  set,
  query_parameters,
  pattern,
  alias,
  restrict_access,
};

struct Statement {
  StatementKind kind;
  SourceSpan span;

  template <class T>
  const T* try_as() const {
    return kind == T::tag ? static_cast<const T*>(this) : nullptr;
  }
  template <class T>
  const T& as() const {
    assert(kind == T::tag);
    return static_cast<const T&>(*this);
  }

 protected:
  explicit Statement(StatementKind k) : kind(k) {}
};

template <StatementKind Kind>
struct StatementOf : Statement {
  static constexpr StatementKind tag = Kind;
  StatementOf() : Statement(Kind) {}
};

// The query itself: mostly a Pipe, a NameRef or a Call.
struct ExpressionStatement : StatementOf<StatementKind::expression> {
  const Expr* expr = nullptr;
};

// `let name = expr`: a value, a tabular expression, a Lambda or an EntityGroup.
struct Let : StatementOf<StatementKind::let> {
  Name name;
  const Expr* value = nullptr;
};

// `set option = value`.
struct Set : StatementOf<StatementKind::set> {
  Name name;
  const Expr* value = nullptr;  // null for `set option`
};

// `declare query_parameters (a:long = 1, …)`.
struct QueryParameters : StatementOf<StatementKind::query_parameters> {
  List<Parameter> parameters;
};

// One `("a", "b").["path"] = { body }` of a pattern.
struct PatternRule {
  List<const Expr*> arguments;
  const Expr* path = nullptr;
  List<const Statement*> statements;
  const Expr* body = nullptr;
};

// `declare pattern name = (a:string)[path:string] { rules }`; without `=` a mere declaration.
struct Pattern : StatementOf<StatementKind::pattern> {
  Name name;
  bool defined = false;
  List<Parameter> parameters;
  Parameter path;  // empty name: none
  List<PatternRule> rules;
};

// `alias database name = expr`.
struct Alias : StatementOf<StatementKind::alias> {
  Name name;
  const Expr* value = nullptr;
};

// `restrict access to (names, patterns, database("d").*)`.
struct RestrictAccess : StatementOf<StatementKind::restrict_access> {
  List<const Expr*> entities;
};

}  // namespace vedette::kql::ast
