// The names that statements give to values, tables and functions.
//
// A scope is an immutable list: each let adds one link in front, so that a function keeps seeing what was known where
// it was written by keeping the link it saw then.
#pragma once

#include <memory>
#include <string_view>

#include "vedette/kql/plan/plan.h"
#include "vedette/kql/syntax/ast.h"

namespace vedette::kql {

struct Scope;
using ScopePtr = std::shared_ptr<const Scope>;

struct Variable {
  enum class Kind : uint8_t { scalar, tabular, function, pattern };

  std::string_view name;
  Kind kind = Kind::scalar;

  BoundExpression scalar;                 // scalar: its value, perhaps over the columns of `row`
  const columnar::Schema* row = nullptr;  // scalar: null when the value reads no column
  size_t subplan = 0;                     // tabular: what a SubplanNode of it reads …
  std::shared_ptr<PlanPtr> rows;          // … unless its rows come from an apply-input: taken by the first reader
  const ast::Lambda* function = nullptr;  // function
  ScopePtr closure;                       // function, pattern: the scope of its body
  const ast::Pattern* pattern = nullptr;  // pattern
  bool is_tabular_function = false;
};

struct Scope {
  Variable variable;
  ScopePtr outer;
};

inline const Variable* find_variable(const ScopePtr& scope, std::string_view name) {
  for (const Scope* at = scope.get(); at != nullptr; at = at->outer.get())
    if (at->variable.name == name) return &at->variable;
  return nullptr;
}

inline ScopePtr with(ScopePtr outer, Variable variable) {
  return std::make_shared<const Scope>(Scope{std::move(variable), std::move(outer)});
}

}  // namespace vedette::kql
