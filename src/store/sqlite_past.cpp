#include "sqlite_past.h"

#include <algorithm>

#include "evaluate.h"

namespace vedette::store {

using base::Result;
using base::Status;

std::string past_of(const StoredCollection& collection) { return "p" + std::to_string(collection.number); }

Status create_past(Connection& connection, const StoredCollection& collection) {
  const std::string table = past_of(collection);
  TRY(connection.run("CREATE TABLE " + table +
                     "(tenant INTEGER NOT NULL, until INTEGER NOT NULL, sequence INTEGER NOT NULL, id BLOB NOT NULL,"
                     " version INTEGER NOT NULL, doc BLOB NOT NULL) STRICT"));
  // What came after a snapshot and went again is passed over without reading its row.
  return connection.run("CREATE UNIQUE INDEX " + table + "_until ON " + table + "(tenant, until, sequence)");
}

Status keep_past(Connection& connection, const StoredCollection& collection, int64_t tenant, std::string_view id,
                 int64_t until) {
  Statement copy =
      TRY(connection.kept("INSERT INTO " + past_of(collection) + " SELECT tenant, ?, sequence, id, version, doc FROM " +
                          table_of(collection) + " WHERE tenant = ? AND id = ?"));
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
  Statement rows = TRY(connection_.kept("SELECT id, until, doc FROM " + past_of(collection_) +
                                        " WHERE tenant = ? AND until > ? AND sequence <= ?"));
  rows.integer(tenant_).integer(snapshot.sequence).integer(snapshot.sequence);
  while (TRY(rows.step())) {
    TRY(query_.stop.check());
    const json::Value document = TRY(json::parse(rows.text_at(2)));
    if (!TRY(matches(query_, document))) continue;
    ++matching_;
    Position position = position_of(query_.order, document, rows.text_at(0));
    if (after && !comes_after(query_.order, position, *after)) continue;
    rows_.push_back({std::move(position), rows.integer_at(1)});
    keep_first();
  }
  std::sort(rows_.begin(), rows_.end(),
            [&](const Row& a, const Row& b) { return comes_after(query_.order, b.position, a.position); });
  return {};
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
    Statement stored = TRY(connection_.kept("SELECT id, version, sequence, doc FROM " + past_of(collection_) +
                                            " WHERE tenant = ? AND until = ?"));
    if (TRY(stored.integer(tenant_).integer(row.until).step())) {
      Entity entity{stored.text_at(0), stored.integer_at(1), stored.integer_at(2), stored.text_at(3)};
      if (!page.add(std::move(entity), std::move(row.position))) return true;
    }
    ++next_;
  }
  return false;
}

}  // namespace vedette::store
