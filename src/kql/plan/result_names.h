// How columns are called that the query does not name: `sum_x`, `x` for bin(x, 1h), `y_a_b` for y.a.b, `Column1`.
//
// A name follows from the shape of the expression and, for a call, from the function (the result naming of the official
// language service, Kusto.Language: ResultNameKind). Names that would repeat get the first free number as suffix.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "vedette/kql/syntax/ast.h"

namespace vedette::kql {

// nullopt when the expression gives none and the operator's default (print_0, Column1) stands.
std::optional<std::string> result_name(const ast::Expr& expr);
// The declared name, else the expression's.
std::optional<std::string> result_name(const ast::NamedExpr& expr);

// column_ifexists(), under any of its names.
inline bool is_column_if_exists(std::string_view function) {
  return function == "column_ifexists" || function == "columnifexists";
}

class UniqueNames {
 public:
  bool contains(std::string_view name) const { return suffixes_.contains(std::string(name)); }
  void reserve(std::string_view name) { suffixes_.try_emplace(std::string(name), 0); }
  // `name`, or base + the next free number when it is taken.
  std::string add(const std::string& name, const std::string& base);
  std::string add(const std::string& name) { return add(name, name); }

 private:
  std::unordered_map<std::string, int> suffixes_;  // of each name: the last number tried
};

}  // namespace vedette::kql
