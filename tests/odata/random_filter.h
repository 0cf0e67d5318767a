// Filters by chance, each with what it means: beside the text there is a function that says whether it holds for a
// document, written from OData 4.01 part 2, 5.1.1, and using nothing that evaluates filters in the program.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "random_values.h"
#include "vedette/store/expression.h"

namespace vedette::odata {

using Truth = std::optional<bool>;  // nullopt: null
using Value = store::Literal;

// The document, and what the range variables stand for.
struct Bindings {
  const json::Value* document = nullptr;
  std::map<std::string, const json::Value*> variables;
};

struct RandomCondition {
  std::string text;
  std::function<Truth(const Bindings&)> truth;
  bool binds_loosely = false;  // an `or`, or an `and`: needs parentheses within other operators
};

class RandomFilters {
 public:
  RandomFilters(const edm::Model& model, const edm::StructuredType& type, const edm::Capabilities& capabilities,
                RandomValues& random)
      : model_(model), type_(type), capabilities_(capabilities), random_(random) {}

  RandomCondition make() { return condition(entity(), 0); }

 private:
  // A value that a path leads to.
  struct Place {
    std::string text;
    std::function<const json::Value*(const Bindings&)> node;
    edm::TypeRef type;
  };
  struct Operand {
    std::string text;
    std::function<Value(const Bindings&)> value;
  };

  Place entity() const;
  Place member(const Place& of, const edm::Property& property);
  Place cast(const Place& of, const edm::StructuredType& target);
  std::optional<Place> leaf(Place from, bool collection);

  RandomCondition condition(const Place& from, size_t depth);
  RandomCondition junction(const Place& from, size_t depth);
  RandomCondition negation(const Place& from, size_t depth);
  RandomCondition simple(const Place& from, size_t depth);
  RandomCondition lambda(const Place& collection, size_t depth);
  RandomCondition counted(const Place& collection);
  RandomCondition is_of(const Place& from);
  RandomCondition of_text(const Place& from, const Place& place);
  RandomCondition of_text_function(const Place& place);
  RandomCondition of_number(const Place& place);
  RandomCondition of_time(const Place& place);
  RandomCondition of_boolean(const Place& place);
  RandomCondition of_enumeration(const Place& place);
  RandomCondition of_flags(const Place& place);
  RandomCondition of_others(const Place& place);

  Operand operand(const Place& place) const;
  RandomCondition compared(const Operand& left, const Operand& right);
  RandomCondition one_of(const Operand& left, const std::vector<Operand>& items);
  Operand text_literal(const std::string& text) const;
  Operand literal(int64_t value) const;
  Operand literal(double value) const;
  Operand literal(base::DateTime value);
  Operand null() const;

  const edm::Model& model_;
  const edm::StructuredType& type_;
  const edm::Capabilities& capabilities_;
  RandomValues& random_;
  size_t variables_ = 0;
};

// The value of a JSON node as its type is compared; null when it is of another kind.
Value value_at(const json::Value* node, const edm::TypeRef& type);
// How two values of one type stand in an order: null first, not-a-number before all other numbers.
int ordered(const Value& a, const Value& b);

}  // namespace vedette::odata
