// The columns an operator makes, under the rules for repeated names of project, extend, summarize and the like:
// `name = e` declares a name and may take the place of a column, an unnamed result is added under a name made unique.
#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "aggregates.h"
#include "expressions.h"
#include "result_names.h"

namespace vedette::kql {

struct Projected {
  std::string name;
  BoundExpression value;
};

class Projection {
 public:
  enum class Style : uint8_t {
    project,  // project, distinct, summarize: unnamed results are added
    extend,   // replace columns of their name
    print,    // unnamed results are print_0, print_1, …
  };

  explicit Projection(Style style) : style_(style) {}

  // All columns of a row, as they are.
  void add_columns(const Schema& columns);
  // One item of the operator's list; aggregates go to rows.aggregates.
  Status add_item(Binding& binding, const Rows& rows, const ast::NamedExpr& item);

  // Adds under a unique name, or, when `replace`, in place of the column of that name.
  size_t add(Projected column, bool replace);
  // Adds or replaces under exactly that name; a name declared twice is an error.
  Status declare(Projected column, bool replace, SourceSpan span);

  const std::vector<Projected>& columns() const { return columns_; }
  std::vector<Projected> take() { return std::move(columns_); }

 private:
  Status add_aggregate(Binding& binding, const Rows& rows, const ast::NamedExpr& item, const ast::Call& call);
  Status add_multiple_results(Binding& binding, const Rows& rows, const ast::NamedExpr& item, const ast::Call& call);
  Status add_value(const ast::NamedExpr& item, BoundExpression value, const Schema* columns);
  std::string default_name();

  Style style_;
  std::vector<Projected> columns_;
  std::unordered_map<std::string, size_t> places_;
  std::unordered_set<std::string> declared_;
  UniqueNames names_;
  int default_suffix_ = 0;
  size_t items_ = 0;
};

// Names of columns put one after the other (join, lookup): repeated ones get the first number that is free among all.
std::vector<std::string> made_unique(const std::vector<std::string>& names);

// A Project node of these columns, or the input itself when they are its columns.
Result<PlanPtr> project(Binding& binding, PlanPtr input, std::vector<Projected> columns, SourceSpan span);

}  // namespace vedette::kql
