// The part of a filter that SQL can answer from indexed columns. What it lets through is a superset of what matches;
// unless `exact`, the evaluator decides. It never changes an answer.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "vedette/store/expression.h"

namespace vedette::store {

// A condition over columns k<ordinal>, with sort keys as parameters in order.
struct Condition {
  std::string sql;
  std::vector<std::string> keys;
  std::optional<int> column;  // the only one it is about
};

struct Prefilter {
  std::vector<Condition> conditions;  // all hold
  bool exact = true;
};

// The ordinal of the index on `path` as `kind`.
using ColumnOf = std::function<std::optional<int>(const std::vector<std::string>& path, ValueKind kind)>;

// A value's key as SQL text; it holds nothing but hexadecimal digits.
std::string blob_text(const Literal& value);

Prefilter push_down(const Expression* filter, const ColumnOf& column_of);

}  // namespace vedette::store
