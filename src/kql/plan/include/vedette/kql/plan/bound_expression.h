// Scalar expressions after binding: every name is a column index, every function a row of the registry, every argument
// has exactly the type its kernel takes (implicit conversions are calls of `tolong`, `toreal`, `tostring`, …).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vedette/base/error.h"
#include "vedette/columnar/vector.h"
#include "vedette/kql/functions/function.h"

namespace vedette::kql {

enum class ExpressionKind : uint8_t { column, constant, call, member, subquery };

// One step of y.a["b"][0][-1][Name]. A step that does not fit the value it meets yields null.
struct PathStep {
  enum class Kind : uint8_t { key, index, computed };
  Kind kind = Kind::key;
  std::string key;      // key: of a bag
  int64_t index = 0;    // index: of an array; negative counts from the end
  size_t argument = 0;  // computed: which of the member's arguments is the key (string) or the index (long)
};

// What a subquery stands for: its first row's first column (null of the type when there is no row), or its first column
// as one dynamic array without nulls (the right side of `in`, `has_any`, …; limit in_set_rows_max).
enum class SubqueryForm : uint8_t { scalar, array };

inline constexpr int64_t in_set_rows_max = 1'000'000;

struct BoundExpression {
  ExpressionKind kind = ExpressionKind::constant;
  Type type = Type::string;
  base::SourceSpan span;

  size_t column = 0;                         // column: of the node's input
  Vector constant;                           // constant: one row
  const ScalarFunction* function = nullptr;  // call
  std::vector<BoundExpression> arguments;    // call; member: the value, then the computed steps' operands
  std::vector<PathStep> path;                // member: type is dynamic
  size_t subplan = 0;                        // subquery: index into BoundQuery::subplans
  SubqueryForm form = SubqueryForm::scalar;  // subquery
};

BoundExpression column_expression(size_t column, Type type, base::SourceSpan span = {});
BoundExpression constant_expression(Vector one_row, base::SourceSpan span = {});

// True when the expression has the same value for every row: no column and no per_row function in it.
bool is_row_independent(const BoundExpression& expression);

}  // namespace vedette::kql
