// The state of one bind(): what has been bound so far and what names mean at this point of the text.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "scope.h"
#include "vedette/kql/plan/bind.h"

namespace vedette::kql {

using base::Error;
using base::ErrorCode;
using base::Result;
using base::SourceSpan;
using base::Status;
using columnar::Schema;

// What `set` gave to those who read it; a `let` of such a name is a name like any other.
struct SetOptions {
  std::optional<BoundExpression> bin_auto_size, bin_auto_at;
  std::optional<BoundExpression> rows_max;     // query_take_max_records
  std::optional<BoundExpression> best_effort;  // unions go without the tables that are not there
};

struct Binding {
  Binding(const Query& text, const Catalog& tables, const BindOptions& given)
      : catalog(tables), options(given), query(&text) {}

  const Catalog& catalog;
  const BindOptions& options;
  ScopePtr scope;
  std::vector<Subplan> subplans;
  std::set<size_t> materialized;  // subplans that are computed once, however often they are read
  std::vector<Error> warnings;
  size_t plan_nodes = 0;
  size_t expression_nodes = 0;
  int function_depth = 0;
  int depth = 0;                                   // of expressions and tables that are being bound: Level
  std::vector<Query> texts;                        // of InnerText: what bound names point into
  const Query* query;                              // the user's text, which the spans of its syntax point into
  std::set<const ast::Operator*> left_out;         // operators that failed before: bind_errors()
  const ast::Operator* failed_operator = nullptr;  // the innermost one that failed
  SetOptions set_options;
  std::string_view input_name;  // of the rows piped into the operator that is bound next: name_of_rows(); empty: none
};

// Restores the scope and counts the depth of function calls.
class ScopeChange {
 public:
  ScopeChange(Binding& binding, ScopePtr scope) : binding_(binding), saved_(std::move(binding.scope)) {
    binding_.scope = std::move(scope);
    ++binding_.function_depth;
  }
  ~ScopeChange() {
    binding_.scope = std::move(saved_);
    --binding_.function_depth;
  }
  ScopeChange(const ScopeChange&) = delete;
  ScopeChange& operator=(const ScopeChange&) = delete;

 private:
  Binding& binding_;
  ScopePtr saved_;
};

// An expression or a table is being bound, within others: each takes its part of the stack.
class Level {
 public:
  explicit Level(Binding& binding) : binding_(binding) { ++binding_.depth; }
  ~Level() { --binding_.depth; }
  Level(const Level&) = delete;
  Level& operator=(const Level&) = delete;
  // Error limit_exceeded beyond binding_depth_max.
  Status check(SourceSpan span) const;

 private:
  Binding& binding_;
};

inline Error semantic_error(std::string message, SourceSpan span) {
  return Error(ErrorCode::semantic_error, std::move(message), span);
}
inline Error not_supported(std::string what, SourceSpan span) {
  return Error(ErrorCode::not_supported, std::move(what) + " is not supported.", span);
}
inline std::string quoted(std::string_view name) { return "'" + std::string(name) + "'"; }

// Refuses by name the options of an operator that are neither in `known` nor hints.
Status check_options(const ast::Operator& op, std::initializer_list<std::string_view> known);

// Asks base::may_go_on() too: whatever binding takes long for makes nodes.
Status count_plan_node(Binding& binding, SourceSpan span);
Status count_expression_nodes(Binding& binding, size_t nodes, SourceSpan span);

// Nodes on the longest path of a plan or an expression.
int depth_of(const PlanNode& plan);
int depth_of(const BoundExpression& expression);
size_t size_of(const BoundExpression& expression);
Status check_depth(const PlanNode& plan, SourceSpan span);
Status check_depth(const BoundExpression& expression, SourceSpan span);
bool reads_columns(const BoundExpression& expression);

columnar::Type to_type(ast::ScalarType type);  // not unknown

}  // namespace vedette::kql
