#include "evaluate.h"

#include <algorithm>
#include <span>

#include "arithmetic.h"
#include "functions.h"
#include "literal.h"

namespace vedette::store {
namespace {

// Range variables of the lambdas around an expression.
struct Scope {
  std::string_view variable;
  const json::Value* value = nullptr;
  const Scope* outer = nullptr;
};

class Evaluator {
 public:
  Evaluator(const json::Value& document, const Query& query) : document_(document), query_(query) {}

  Literal value(const Expression& expression, const Scope* scope) {
    const auto operand = [&](size_t i) { return value(expression.operands[i], scope); };
    switch (expression.op) {
      case Operator::literal:
        return expression.value;
      case Operator::property:
        return property(expression, scope);
      case Operator::and_:
        return junction(expression, scope, false);
      case Operator::or_:
        return junction(expression, scope, true);
      case Operator::not_:
        return inverted(operand(0));
      case Operator::eq:
      case Operator::ne:
      case Operator::gt:
      case Operator::ge:
      case Operator::lt:
      case Operator::le:
        return comparison(expression, scope);
      case Operator::in:
        return membership(expression, scope);
      case Operator::has:
        return flags(expression, scope);
      case Operator::add:
      case Operator::sub:
      case Operator::mul:
      case Operator::div:
      case Operator::mod:
        return arithmetic(expression.op, operand(0), operand(1));
      case Operator::negate:
        return negated(operand(0));
      case Operator::any:
      case Operator::all:
        return lambda(expression, scope);
      case Operator::call:
        return call(expression, scope);
    }
    return {};
  }

  bool stopped() const { return stopped_; }
  bool made_too_much_text() const { return text_bytes_ > filter_text_bytes_max; }

 private:
  const json::Value* node(const Expression& expression, const Scope* scope) {
    for (const Expression& condition : expression.operands) {
      const Literal holds = value(condition, scope);
      if (const auto* truth = std::get_if<bool>(&holds); !truth || !*truth) return nullptr;
    }
    if (expression.variable.empty()) return follow(&document_, expression.path);
    while (scope && scope->variable != expression.variable) scope = scope->outer;
    return scope ? follow(scope->value, expression.path) : nullptr;
  }

  // A complex value or a collection has no literal; true stands for "not null", which is all one can ask of it.
  Literal property(const Expression& expression, const Scope* scope) {
    const json::Value* found = node(expression, scope);
    if (expression.kind != ValueKind::complex && expression.kind != ValueKind::collection)
      return literal_of(found, expression.kind);
    return found && !found->is_null() ? Literal(true) : Literal();
  }

  static Literal inverted(const Literal& operand) {
    const auto* truth = std::get_if<bool>(&operand);
    return truth ? Literal(!*truth) : Literal();
  }

  // and: false wins over null; or: true does.
  Literal junction(const Expression& expression, const Scope* scope, bool decisive) {
    bool unknown = false;
    for (const Expression& operand : expression.operands) {
      const Literal result = value(operand, scope);
      const auto* truth = std::get_if<bool>(&result);
      if (!truth)
        unknown = true;
      else if (*truth == decisive)
        return decisive;
    }
    return unknown ? Literal() : Literal(!decisive);
  }

  static Literal without_case(Literal literal) {
    if (auto* text = std::get_if<std::string>(&literal)) *text = folded(*text);
    return literal;
  }

  std::pair<Literal, Literal> both(const Expression& left, const Expression& right, const Scope* scope) {
    std::pair<Literal, Literal> values{value(left, scope), value(right, scope)};
    if (ignores_case(left) || ignores_case(right))
      return {without_case(std::move(values.first)), without_case(std::move(values.second))};
    return values;
  }

  // null equals null and nothing else; every other comparison with null is false. So it is with not-a-number, which
  // does not even equal itself.
  Literal comparison(const Expression& expression, const Scope* scope) {
    const auto [left, right] = both(expression.operands[0], expression.operands[1], scope);
    const bool strange = is_not_a_number(left) || is_not_a_number(right);
    const int order = compare(left, right);
    if (expression.op == Operator::eq) return order == 0 && !strange;
    if (expression.op == Operator::ne) return order != 0 || strange;
    if (is_null(left) || is_null(right) || strange) return false;
    switch (expression.op) {
      case Operator::gt:
        return order > 0;
      case Operator::ge:
        return order >= 0;
      case Operator::lt:
        return order < 0;
      default:
        return order <= 0;
    }
  }

  // The left side is asked once, however long the list is: lists of lists would double the work at each level.
  Literal membership(const Expression& expression, const Scope* scope) {
    const Literal left = value(expression.operands[0], scope);
    if (is_not_a_number(left)) return false;
    const Literal folded_left = without_case(left);
    for (size_t i = 1; i < expression.operands.size(); ++i) {
      if (has_to_stop()) break;
      const Expression& item = expression.operands[i];
      const bool fold = ignores_case(expression.operands[0]) || ignores_case(item);
      const Literal right = value(item, scope);
      if (fold ? compare(folded_left, without_case(right)) == 0 : compare(left, right) == 0) return true;
    }
    return false;
  }

  Literal flags(const Expression& expression, const Scope* scope) {
    const auto [left, right] = both(expression.operands[0], expression.operands[1], scope);
    const auto* held = std::get_if<std::string>(&left);
    const auto* asked = std::get_if<std::string>(&right);
    return held && asked ? Literal(has_flags(*held, *asked)) : Literal();
  }

  // any() of nothing is false, all() true; a null collection is an empty one. For a predicate that is neither: null
  // counts as false (OData 4.01 part 2, 5.1.1.13).
  Literal lambda(const Expression& expression, const Scope* scope) {
    const json::Value* found = node(expression.operands[0], scope);
    const bool any = expression.op == Operator::any;
    if (!found || !found->is_array()) return !any;
    if (expression.operands.size() == 1) return !found->get_array().empty();
    for (const json::Value& item : found->get_array()) {
      if (has_to_stop()) break;
      const Scope inner{expression.variable, &item, scope};
      const Literal result = value(expression.operands[1], &inner);
      const auto* truth = std::get_if<bool>(&result);
      if ((truth && *truth) == any) return any;
    }
    return !any;
  }

  // A null collection is an empty one.
  Literal count(const Expression& expression, const Scope* scope) {
    const json::Value* found = node(expression, scope);
    return found && found->is_array() ? static_cast<int64_t>(found->get_array().size()) : int64_t{0};
  }

  Literal call(const Expression& expression, const Scope* scope) {
    if (expression.function == Function::now) return query_.now;
    if (expression.function == Function::count) return count(expression.operands[0], scope);
    std::vector<Literal> arguments;
    const bool fold = ignores_case(expression) || std::any_of(expression.operands.begin(), expression.operands.end(),
                                                              [](const Expression& e) { return ignores_case(e); });
    for (const Expression& operand : expression.operands) {
      arguments.push_back(value(operand, scope));
      if (is_null(arguments.back())) return {};
      auto* text = std::get_if<std::string>(&arguments.back());
      if (fold && text) *text = folded(*text);
    }
    if (made_too_much_text()) return {};
    Literal result = call_function(expression.function, arguments);
    if (const auto* text = std::get_if<std::string>(&result)) text_bytes_ += text->size();
    return result;
  }

  bool has_to_stop() {
    if (!stopped_ && ++steps_ % 256 == 0) stopped_ = query_.stop.stopped();
    return stopped_;
  }

  const json::Value& document_;
  const Query& query_;
  uint32_t steps_ = 0;
  size_t text_bytes_ = 0;  // made by functions
  bool stopped_ = false;
};

bool gives_text(Function function) {
  return function == Function::substring || function == Function::tolower || function == Function::toupper ||
         function == Function::trim || function == Function::concat;
}

}  // namespace

base::Result<bool> matches(const Query& query, const json::Value& document) {
  if (!query.filter) return true;
  Evaluator evaluator(document, query);
  const Literal result = evaluator.value(*query.filter, nullptr);
  if (evaluator.stopped()) TRY(query.stop.check());
  if (evaluator.made_too_much_text())
    return base::fail(base::ErrorCode::limit_exceeded, "The functions of the filter make more than " +
                                                           std::to_string(filter_text_bytes_max) +
                                                           " bytes of text for one entity.");
  const auto* truth = std::get_if<bool>(&result);
  return truth && *truth;
}

bool ignores_case(const Expression& expression) {
  if (expression.kind == ValueKind::text_ignoring_case) return true;
  if (expression.op != Operator::call || !gives_text(expression.function)) return false;
  return std::any_of(expression.operands.begin(), expression.operands.end(), ignores_case);
}

}  // namespace vedette::store
