// The parts of filter binding, one file per kind of node: paths and lambdas (filter_paths), comparisons
// (filter_comparisons), functions and arithmetic (filter_calls).
#pragma once

#include "filter_binding.h"

namespace vedette::odata {

// A bound part of a filter.
struct Operand {
  store::Expression expression;
  edm::TypeRef type;
  bool null = false;  // the literal null
};

class FilterBinder {
 public:
  FilterBinder(std::string_view text, const FilterScope& scope) : text_(text), scope_(scope) {}

  base::Result<Operand> bind(const FilterNode& node);
  base::Result<store::Expression> predicate(const FilterNode& node);

 private:
  struct Variable {
    std::string name;
    edm::TypeRef type;
  };
  // Where a path has come to.
  struct Place {
    edm::TypeRef type;
    std::string variable;
    std::vector<std::string> path;
    std::vector<store::Expression> casts;  // that the values on the way are of the types it casts to
    bool counted = false;                  // …/$count
  };

  base::Result<Operand> literal(const FilterNode& node);
  base::Result<Operand> enumeration(const FilterNode& node);
  base::Result<Operand> path(const FilterNode& node);
  base::Result<Operand> lambda(const FilterNode& node);
  base::Result<Operand> call(const FilterNode& node);
  base::Result<Operand> operation(const FilterNode& node);

  base::Result<Place> place(const FilterNode& node);
  base::Status step(Place& place, const std::string& segment, const FilterNode& node);
  base::Status cast(Place& place, const std::string& segment, const FilterNode& node);
  const Variable* find_variable(std::string_view name) const;

  base::Result<Operand> logic(const FilterNode& node);
  base::Result<Operand> comparison(const FilterNode& node);
  base::Result<Operand> has(const FilterNode& node);
  base::Result<Operand> one_of(const FilterNode& node);
  base::Result<Operand> value_like(const FilterNode& node, const Operand& other);
  base::Status match(Operand& value, const Operand& other, const FilterNode& node);
  base::Result<std::string> member(const edm::EnumType& type, const std::string& text, const FilterNode& node);
  bool is_bare_word(const FilterNode& node) const;

  base::Result<Operand> arithmetic(const FilterNode& node);
  base::Result<Operand> moved_time(const FilterNode& node, const Operand& time, const Operand& by);
  base::Result<Operand> is_of(const FilterNode& node);

  base::Error error(const FilterNode& node, std::string message, const std::string& suggestion = {}) const;
  base::Error refused(const FilterNode& node, std::string message) const;

  std::string_view text_;
  const FilterScope& scope_;
  std::vector<Variable> variables_;
};

edm::TypeRef primitive(edm::Primitive primitive);
Operand boolean(store::Expression expression);
store::Expression text_literal(std::string text);

}  // namespace vedette::odata
