#include "query_plan.h"

#include <algorithm>

#include "literal.h"
#include "sort_key.h"

namespace vedette::store {

QueryPlan::QueryPlan(const StoredCollection& collection, const Query& query) : collection_(collection), query_(query) {
  prefilter_ =
      push_down(query.filter.get(), [this](const auto& path, ValueKind kind) { return ordinal_of(path, kind); });
  for (const OrderBy& key : query.order) order_columns_.push_back(ordinal_of(key.path, key.kind));
  in_order_ = std::all_of(order_columns_.begin(), order_columns_.end(), [](const auto& c) { return c.has_value(); });
}

std::optional<int> QueryPlan::ordinal_of(const std::vector<std::string>& path, ValueKind kind) const {
  for (size_t i = 0; i < collection_.properties.size(); ++i)
    if (collection_.properties[i].path == path && collection_.properties[i].kind == kind) return static_cast<int>(i);
  return std::nullopt;
}

std::string QueryPlan::conditions_sql() const {
  std::string sql;
  for (const Condition& condition : prefilter_.conditions) sql += " AND (" + condition.sql + ")";
  return sql;
}

void QueryPlan::bind_conditions(Statement& statement) const {
  for (const Condition& condition : prefilter_.conditions)
    for (const std::string& key : condition.keys) statement.blob(key);
}

std::string QueryPlan::order_key(size_t i) const {
  const std::string column = "k" + std::to_string(order_column(i));
  const auto& ranking = query_.order[i].ranking;
  if (ranking.empty()) return column;
  std::string sql = "CASE " + column + " WHEN " + blob_text(Literal()) + " THEN " + blob_text(Literal());
  for (size_t rank = 0; rank < ranking.size(); ++rank)
    sql += " WHEN " + blob_text(ranking[rank]) + " THEN " + blob_text(static_cast<int64_t>(rank));
  return "(" + sql + " ELSE " + blob_text(static_cast<int64_t>(ranking.size())) + " END)";
}

std::string QueryPlan::order_by() const {
  std::string sql = " ORDER BY ";
  for (size_t i = 0; i < order_columns_.size(); ++i)
    sql += order_key(i) + (query_.order[i].direction == Direction::descending ? " DESC, " : ", ");
  return sql + (number_direction(query_.order) == Direction::descending ? "number DESC" : "number");
}

std::string QueryPlan::order_columns() const {
  std::string sql;
  for (const auto& column : order_columns_) sql += ", k" + std::to_string(*column);
  return sql;
}

void QueryPlan::read_position(const Statement& row, int first, int64_t number, Position& into) const {
  into.number = number;
  into.values.resize(query_.order.size());
  for (size_t i = 0; i < query_.order.size(); ++i) {
    const OrderBy& key = query_.order[i];
    into.values[i] = order_value(value_of_key(row.view_at(first + static_cast<int>(i)), key.kind), key);
  }
}

}  // namespace vedette::store
