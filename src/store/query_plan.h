// What SQL can do of a query over a collection's rows: the conditions that it decides, and the keys that place a row in
// the order without its document.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "page_cursor.h"
#include "pushdown.h"
#include "sqlite_schema.h"

namespace vedette::store {

class QueryPlan {
 public:
  // Both outlive the plan.
  QueryPlan(const StoredCollection& collection, const Query& query);

  const Query& query() const { return query_; }
  const StoredCollection& collection() const { return collection_; }
  const std::vector<Condition>& conditions() const { return prefilter_.conditions; }
  // Whether the conditions decide; else documents do.
  bool is_exact() const { return prefilter_.exact; }
  // Whether keys give the whole order; else documents do.
  bool is_in_order() const { return in_order_; }

  std::string conditions_sql() const;  // " AND (…)" each, with keys as parameters
  void bind_conditions(Statement& statement) const;

  int order_column(size_t i) const { return *order_columns_[i]; }  // of one in order
  // What is compared of the i-th property of the order: its key, or that of its rank.
  std::string order_key(size_t i) const;
  std::string order_by() const;
  // The columns of the order, each with a comma in front; and the position of a row that has them from `first` on.
  std::string order_columns() const;
  void read_position(const Statement& row, int first, int64_t number, Position& into) const;

 private:
  std::optional<int> ordinal_of(const std::vector<std::string>& path, ValueKind kind) const;

  const StoredCollection& collection_;
  const Query& query_;
  Prefilter prefilter_;
  std::vector<std::optional<int>> order_columns_;
  bool in_order_ = false;
};

}  // namespace vedette::store
