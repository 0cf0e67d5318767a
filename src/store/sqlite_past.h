// p<number>: what was replaced in a collection that keeps its past, each row with the change that replaced it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "documents.h"
#include "sqlite_schema.h"

namespace vedette::store {

std::string past_of(const StoredCollection& collection);
base::Status create_past(Connection& connection, const StoredCollection& collection);

// Copies the entity's row there, before the change `until` replaces it.
base::Status keep_past(Connection& connection, const StoredCollection& collection, int64_t tenant, std::string_view id,
                       int64_t until);
// Deletes the oldest rows that no page can ask for, at most so many.
base::Status forget_past(Connection& connection, const StoredCollection& collection, int64_t tenant, int64_t newest,
                         base::DateTime now, size_t rows_max);

// Rows that belong into the pages of a query: there at its snapshot, and replaced since.
class PastRows {
 public:
  PastRows(Connection& connection, const StoredCollection& collection, int64_t tenant, const Query& query)
      : connection_(connection), collection_(collection), tenant_(tenant), query_(query) {}

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
  void keep_first();

  Connection& connection_;
  const StoredCollection& collection_;
  const int64_t tenant_;
  const Query& query_;
  std::vector<Row> rows_;
  size_t next_ = 0;
  int64_t matching_ = 0;
};

}  // namespace vedette::store
