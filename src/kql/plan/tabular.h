// Tabular expressions: tables, pipes, functions and sub-queries.
#pragma once

#include "expressions.h"

namespace vedette::kql {

// Whether an expression stands for a table; a column or a value of that name wins over a table.
bool is_tabular(const Binding& binding, const Rows& rows, const ast::Expr& expr);

Result<PlanPtr> bind_tabular(Binding& binding, const ast::Expr& expr);
// What withsource of union, source_ of find and $table of search call the rows: the name of the table or function, or
// what the `as` at the end of a pipe says. Empty: they have none.
std::string_view name_of_rows(const Binding& binding, const ast::Expr& table);
// A pipe without source, over `input` (mv-apply, partition).
Result<PlanPtr> bind_pipe_over(Binding& binding, const ast::Expr& body, PlanPtr input);
Result<PlanPtr> bind_operator(Binding& binding, const ast::Operator& op, PlanPtr input);

// The call of a pattern, perhaps with a path; null: the expression is none.
struct PatternCall {
  const Variable* pattern = nullptr;
  const ast::Call* call = nullptr;
  const ast::Name* path = nullptr;
};
std::optional<PatternCall> pattern_call(const Binding& binding, const ast::Expr& expr);
Result<PlanPtr> bind_pattern_call(Binding& binding, const PatternCall& call, SourceSpan span);

Result<PlanPtr> bind_tabular_call(Binding& binding, const ast::Call& call, PlanPtr invoked = nullptr);
Result<PlanPtr> scan_table(Binding& binding, std::string_view name, SourceSpan span);
Error unknown_table(const Binding& binding, std::string_view name, SourceSpan span);

// The rows as a subplan: its index. Rows that are a SubplanNode already keep theirs.
Result<size_t> subplan_of(Binding& binding, PlanPtr plan, SourceSpan span);
Result<PlanPtr> read_subplan(Binding& binding, size_t index, SourceSpan span);
// The rows under a name: as a subplan, unless they come from an apply-input, when only one reader may have them.
Result<Variable> named_rows(Binding& binding, std::string_view name, PlanPtr plan, SourceSpan span);
Result<PlanPtr> read_variable(Binding& binding, const Variable& variable, SourceSpan span);
bool reads_apply_input(const PlanNode& plan);

// The rows, computed while the query around them is being bound; refused where that cannot be. `what` is named then.
Result<std::unique_ptr<ValuesNode>> rows_known_now(Binding& binding, PlanPtr plan, const std::string& what,
                                                   SourceSpan span);

// let, set, declare: adds to the scope. In the body of a scalar function values may depend on the caller's row.
Status bind_statement(Binding& binding, const Rows& rows, const ast::Statement& statement);

template <class Node>
std::unique_ptr<Node> make_node(SourceSpan span) {
  auto node = std::make_unique<Node>();
  node->span = span;
  return node;
}
// A node over one input, with the input's columns.
template <class Node>
std::unique_ptr<Node> make_node(SourceSpan span, PlanPtr input) {
  auto node = make_node<Node>(span);
  node->output = input->output;
  node->inputs.push_back(std::move(input));
  return node;
}

}  // namespace vedette::kql
