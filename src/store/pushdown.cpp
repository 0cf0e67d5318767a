#include "pushdown.h"

#include <algorithm>

#include "evaluate.h"
#include "literal.h"
#include "sort_key.h"
#include "vedette/base/hexadecimal.h"

namespace vedette::store {
namespace {

constexpr size_t terms_max = 200;    // beyond, SQLite's own limit on depth (1,000) comes near
constexpr size_t keys_max = 10'000;  // of all lists: SQLite's own limit on parameters is 32,766 where it is least

// The first key after all that start with `prefix`, which starts with a tag below FF.
std::string end_of_prefix(std::string prefix) {
  while (prefix.back() == '\xFF') prefix.pop_back();
  ++prefix.back();
  return prefix;
}

class Translator {
 public:
  explicit Translator(const ColumnOf& column_of) : column_of_(column_of) {}

  // When `expression` is true (`wanted`) or false (not `wanted`): null is neither. nullopt: SQL cannot tell.
  std::optional<Condition> translate(const Expression& e, bool wanted) {
    if (++terms_ > terms_max) return std::nullopt;
    switch (e.op) {
      case Operator::property: {
        const auto column = column_of(e);
        if (!column || e.kind != ValueKind::boolean) return std::nullopt;
        return condition(*column, " = ?", {sort_key(Literal(wanted))});
      }
      case Operator::not_:
        return translate(e.operands[0], !wanted);
      case Operator::and_:
        return junction(e, wanted, wanted ? " AND " : " OR ");
      case Operator::or_:
        return junction(e, wanted, wanted ? " OR " : " AND ");
      case Operator::eq:
      case Operator::ne:
      case Operator::gt:
      case Operator::ge:
      case Operator::lt:
      case Operator::le:
        if (auto found = comparison(e.op, e.operands[0], e.operands[1], wanted)) return found;
        return comparison(mirrored(e.op), e.operands[1], e.operands[0], wanted);
      case Operator::in:
        return membership(e, wanted);
      case Operator::call:
        return e.function == Function::startswith ? prefix(e, wanted) : std::nullopt;
      default:
        return std::nullopt;
    }
  }

 private:
  std::optional<int> column_of(const Expression& e) const {
    const bool plain = e.op == Operator::property && e.variable.empty() && e.operands.empty();
    return plain ? column_of_(e.path, e.kind) : std::nullopt;
  }
  // The literal as it stands in the index of `property`; nullopt too when it changes how texts compare.
  static std::optional<Literal> value_of(const Expression& e, const Expression& property) {
    if (e.op != Operator::literal || (ignores_case(e) && !ignores_case(property))) return std::nullopt;
    return as_kind(e.value, property.kind);
  }
  static Condition condition(int column, const std::string& rest, std::vector<std::string> keys) {
    return {"k" + std::to_string(column) + rest, std::move(keys), column};
  }

  std::optional<Condition> comparison(Operator op, const Expression& property, const Expression& other, bool wanted) {
    const auto column = column_of(property);
    if (!column) return std::nullopt;
    const bool null = other.op == Operator::literal && is_null(other.value);
    if (null && op != Operator::eq && op != Operator::ne) return std::nullopt;
    const auto value = null ? std::optional(Literal()) : value_of(other, property);
    if (!value) return std::nullopt;
    const std::string key = sort_key(*value), floor = floor_key(property.kind), k = "k" + std::to_string(*column);
    switch (op) {
      case Operator::eq:
        return condition(*column, wanted ? " = ?" : " <> ?", {key});
      case Operator::ne:
        return condition(*column, wanted ? " <> ?" : " = ?", {key});
      case Operator::gt:
        return condition(*column, wanted ? " > ?" : " <= ?", {key});
      case Operator::ge:
        return condition(*column, wanted ? " >= ?" : " < ?", {key});
      case Operator::lt:
        if (wanted) return condition(*column, " > ? AND " + k + " < ?", {floor, key});
        return condition(*column, " <= ? OR " + k + " >= ?", {floor, key});
      default:
        if (wanted) return condition(*column, " > ? AND " + k + " <= ?", {floor, key});
        return condition(*column, " <= ? OR " + k + " > ?", {floor, key});
    }
  }

  std::optional<Condition> membership(const Expression& e, bool wanted) {
    const auto column = column_of(e.operands[0]);
    if (!column || e.operands.size() < 2) return std::nullopt;
    listed_ += e.operands.size() - 1;
    if (listed_ > keys_max) return std::nullopt;
    std::string list;
    std::vector<std::string> keys;
    for (size_t i = 1; i < e.operands.size(); ++i) {
      const Expression& item = e.operands[i];
      const bool null = item.op == Operator::literal && is_null(item.value);
      const auto value = null ? std::optional(Literal()) : value_of(item, e.operands[0]);
      if (!value) return std::nullopt;
      list += i == 1 ? "?" : ",?";
      keys.push_back(sort_key(*value));
    }
    return condition(*column, (wanted ? " IN (" : " NOT IN (") + list + ")", std::move(keys));
  }

  std::optional<Condition> prefix(const Expression& e, bool wanted) {
    const auto column = column_of(e.operands[0]);
    const auto value = column ? value_of(e.operands[1], e.operands[0]) : std::nullopt;
    if (!value) return std::nullopt;
    const std::string first = sort_key(*value), end = end_of_prefix(first), k = "k" + std::to_string(*column);
    if (wanted) return condition(*column, " >= ? AND " + k + " < ?", {first, end});
    return condition(*column, " > ? AND (" + k + " < ? OR " + k + " >= ?)", {floor_key(ValueKind::text), first, end});
  }

  std::optional<Condition> junction(const Expression& e, bool wanted, const char* joint) {
    Condition all;
    for (const Expression& operand : e.operands) {
      auto one = translate(operand, wanted);
      if (!one) return std::nullopt;
      all.sql += (all.sql.empty() ? "(" : joint + std::string("(")) + one->sql + ")";
      all.keys.insert(all.keys.end(), one->keys.begin(), one->keys.end());
    }
    return all;
  }

  const ColumnOf& column_of_;
  size_t terms_ = 0;
  size_t listed_ = 0;  // items of lists
};

void collect(const Expression& e, Translator& translator, Prefilter& out) {
  if (e.op == Operator::and_) {
    for (const Expression& operand : e.operands) collect(operand, translator, out);
  } else if (auto condition = translator.translate(e, true)) {
    out.conditions.push_back(std::move(*condition));
  } else {
    out.exact = false;
  }
}

}  // namespace

std::string blob_text(const Literal& value) { return "x'" + base::hexadecimal(sort_key(value)) + "'"; }

Prefilter push_down(const Expression* filter, const ColumnOf& column_of) {
  Prefilter out;
  Translator translator(column_of);
  if (filter) collect(*filter, translator, out);
  return out;
}

}  // namespace vedette::store
