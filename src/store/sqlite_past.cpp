#include "sqlite_past.h"

#include <algorithm>

#include "evaluate.h"
#include "sqlite_rows.h"

namespace vedette::store {

using base::Result;
using base::Status;

std::string past_of(const StoredCollection& collection) { return "p" + std::to_string(collection.number); }

namespace {

Status create_past(Connection& connection, const StoredCollection& collection, const std::string& table) {
  return connection.run("CREATE TABLE " + table +
                        "(tenant INTEGER NOT NULL, until INTEGER NOT NULL, sequence INTEGER NOT NULL, id BLOB NOT NULL,"
                        " version INTEGER NOT NULL, number INTEGER NOT NULL" +
                        key_declarations(collection) + ", doc BLOB NOT NULL) STRICT");
}

Status copy_past(Connection& connection, const StoredCollection& collection, const std::string& from,
                 const std::string& to) {
  Statement rows = TRY(connection.prepare("SELECT tenant, until, sequence, id, version, doc, " +
                                          TRY(number_column(connection, from)) + " FROM " + from));
  while (TRY(rows.step())) {
    Statement insert =
        TRY(connection.kept("INSERT INTO " + to + " VALUES(?, ?, ?, ?, ?, ?" + key_parameters(collection) + ", ?)"));
    for (const int column : {0, 1, 2}) insert.integer(rows.integer_at(column));
    insert.blob(rows.view_at(3)).integer(rows.integer_at(4)).integer(rows.integer_at(6));
    const std::string document(TRY(connection.documents().json(rows.view_at(5))));
    TRY(bind_document(connection, insert, collection, document));
    TRY(insert.run());
  }
  return {};
}

}  // namespace

Status build_past(Connection& connection, const StoredCollection& collection) {
  const std::string table = past_of(collection), fresh = table + "_new";
  const bool exists = TRY(connection.integer("SELECT count(*) FROM sqlite_schema WHERE name = '" + table + "'")) > 0;
  TRY(create_past(connection, collection, exists ? fresh : table));
  if (exists) {
    TRY(copy_past(connection, collection, table, fresh));
    TRY(take_place(connection, fresh, table));
  }
  // What came after a snapshot and went again is passed over without reading its row.
  return connection.run("CREATE UNIQUE INDEX " + table + "_until ON " + table + "(tenant, until, sequence)");
}

Status keep_past(Connection& connection, const StoredCollection& collection, int64_t tenant, std::string_view id,
                 int64_t until) {
  Statement copy = TRY(connection.kept("INSERT INTO " + past_of(collection) +
                                       " SELECT tenant, ?, sequence, id, version, number" + key_columns(collection) +
                                       ", doc FROM " + table_of(collection) + " WHERE tenant = ? AND id = ?"));
  return copy.integer(until).integer(tenant).blob(id).run();
}

Status forget_past(Connection& connection, const StoredCollection& collection, int64_t tenant, int64_t newest,
                   base::DateTime now, size_t rows_max) {
  const std::string past = past_of(collection);
  Statement oldest =
      TRY(connection.kept("SELECT until, at FROM " + past + " JOIN changes ON changes.tenant = " + past +
                          ".tenant AND changes.sequence = until WHERE " + past + ".tenant = ? ORDER BY until LIMIT ?"));
  oldest.integer(tenant).integer(static_cast<int64_t>(rows_max));
  int64_t last = 0;
  while (TRY(oldest.step())) {
    if (!is_forgotten(oldest.integer_at(0), {oldest.integer_at(1)}, newest, now)) break;
    last = oldest.integer_at(0);
  }
  oldest.reset();
  if (last == 0) return {};
  Statement erase = TRY(connection.kept("DELETE FROM " + past + " WHERE tenant = ? AND until <= ?"));
  return erase.integer(tenant).integer(last).run();
}

Status PastRows::load(const Snapshot& snapshot, const std::optional<Position>& after) {
  const bool by_keys = plan_.is_exact() && plan_.is_in_order();
  const std::string columns = by_keys ? "NULL" + plan_.order_columns() : std::string("doc");
  Statement rows = TRY(connection_.kept("SELECT number, until, " + columns + " FROM " + past_of(plan_.collection()) +
                                        " WHERE tenant = ? AND until > ? AND sequence <= ?" + plan_.conditions_sql()));
  rows.integer(tenant_).integer(snapshot.sequence).integer(snapshot.sequence);
  plan_.bind_conditions(rows);
  while (TRY(rows.step())) {
    TRY(query_.stop.check());
    if (!by_keys) {
      TRY(add(rows, after));
      continue;
    }
    Position position;
    plan_.read_position(rows, 3, rows.integer_at(0), position);
    add(rows.integer_at(1), std::move(position), after);
  }
  std::sort(rows_.begin(), rows_.end(),
            [&](const Row& a, const Row& b) { return comes_after(query_.order, b.position, a.position); });
  return {};
}

// By its document.
Status PastRows::add(const Statement& row, const std::optional<Position>& after) {
  const json::Value& document = *TRY(scratch_.parse(TRY(connection_.documents().json(row.view_at(2)))));
  if (!plan_.is_exact() && !TRY(matches(query_, document))) return {};
  add(row.integer_at(1), position_of(query_.order, document, row.integer_at(0)), after);
  return {};
}

void PastRows::add(int64_t until, Position position, const std::optional<Position>& after) {
  ++matching_;
  if (after && !comes_after(query_.order, position, *after)) return;
  rows_.push_back({std::move(position), until});
  keep_first();
}

// Beyond the page and the one that tells of a next page, none is needed.
void PastRows::keep_first() {
  constexpr int64_t pages_max = 1 << 20;
  const auto most = static_cast<size_t>(std::min(query_.top, pages_max)) + 1;
  if (query_.top > pages_max || rows_.size() < 2 * most + 1024) return;
  std::nth_element(rows_.begin(), rows_.begin() + static_cast<std::ptrdiff_t>(most), rows_.end(),
                   [&](const Row& a, const Row& b) { return comes_after(query_.order, b.position, a.position); });
  rows_.erase(rows_.begin() + static_cast<std::ptrdiff_t>(most), rows_.end());
}

Result<bool> PastRows::add_to(PageBuilder& page, const Position* limit) {
  while (next_ < rows_.size()) {
    Row& row = rows_[next_];
    if (limit && !comes_after(query_.order, *limit, row.position)) return false;
    Statement stored = TRY(connection_.kept("SELECT id, version, sequence, doc FROM " + past_of(plan_.collection()) +
                                            " WHERE tenant = ? AND until = ?"));
    if (TRY(stored.integer(tenant_).integer(row.until).step())) {
      std::string document(TRY(connection_.documents().json(stored.view_at(3))));
      Entity entity{stored.text_at(0), stored.integer_at(1), stored.integer_at(2), std::move(document)};
      if (!page.add(std::move(entity), row.position)) return true;
    }
    ++next_;
  }
  return false;
}

}  // namespace vedette::store
