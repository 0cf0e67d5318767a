// p<number>: what was replaced in a collection that keeps its past, each row with its keys and the change that replaced
// it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "documents.h"
#include "query_plan.h"
#include "vedette/json/scratch.h"

namespace vedette::store {

std::string past_of(const StoredCollection& collection);
// Creates it, or builds it anew from its documents, with all columns of the collection.
base::Status build_past(Connection& connection, const StoredCollection& collection);

// Copies the entity's row there, before the change `until` replaces it.
base::Status keep_past(Connection& connection, const StoredCollection& collection, int64_t tenant, std::string_view id,
                       int64_t until);
// Deletes the oldest rows that no page can ask for, at most so many.
base::Status forget_past(Connection& connection, const StoredCollection& collection, int64_t tenant, int64_t newest,
                         base::DateTime now, size_t rows_max);

// Rows that belong into the pages of a query: there at its snapshot, and replaced since.
class PastRows {
 public:
  PastRows(Connection& connection, int64_t tenant, const QueryPlan& plan)
      : connection_(connection), tenant_(tenant), plan_(plan), query_(plan.query()) {}

  // Reads those after `after`, as far as they can come into one page.
  base::Status load(const Snapshot& snapshot, const std::optional<Position>& after);
  int64_t matching() const { return matching_; }  // whatever the page

  // Adds those that come before `limit`, or all; whether the page is full.
  base::Result<bool> add_to(PageBuilder& page, const Position* limit);

 private:
  struct Row {
    Position position;
    int64_t until;
  };
  base::Status add(const Statement& row, const std::optional<Position>& after);
  void add(int64_t until, Position position, const std::optional<Position>& after);
  void keep_first();

  Connection& connection_;
  const int64_t tenant_;
  const QueryPlan& plan_;
  const Query& query_;
  std::vector<Row> rows_;
  size_t next_ = 0;
  int64_t matching_ = 0;
  json::Scratch scratch_;
};

}  // namespace vedette::store
