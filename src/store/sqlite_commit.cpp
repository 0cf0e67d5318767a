#include "sqlite_commit.h"

#include <algorithm>
#include <map>

#include "documents.h"
#include "sqlite_past.h"
#include "sqlite_rows.h"

namespace vedette::store {

using base::ErrorCode;
using base::fail;
using base::Result;
using base::Status;

namespace {

class Writing {
 public:
  Writing(Connection& connection, const std::vector<StoredCollection>& collections, base::DateTime now)
      : connection_(connection), collections_(collections), now_(now) {}

  Result<int64_t> apply(std::string_view tenant, const Commit& commit) {
    TRY(find_tenant(tenant));
    for (const EntityWrite& write : commit.entities) TRY(apply(write, commit.actor));
    for (const StateWrite& write : commit.states) TRY(apply(write));
    for (const auto& [collection, rows] : kept_past_)
      TRY(forget_past(connection_, *collection, tenant_, sequence_, now_, forgotten_for_each * rows));
    Statement update = TRY(connection_.kept("UPDATE tenants SET sequence = ? WHERE number = ?"));
    TRY(update.integer(sequence_).integer(tenant_).run());
    return sequence_;
  }

 private:
  Status find_tenant(std::string_view tenant) {
    Statement insert = TRY(connection_.kept("INSERT OR IGNORE INTO tenants(id, sequence) VALUES(?, 0)"));
    TRY(insert.text(tenant).run());
    Statement row = TRY(connection_.kept("SELECT number, sequence FROM tenants WHERE id = ?"));
    if (!TRY(row.text(tenant).step())) return fail(ErrorCode::internal, "The tenant was not stored.");
    tenant_ = row.integer_at(0);
    sequence_ = row.integer_at(1);
    return {};
  }

  Status apply(const EntityWrite& write, const Actor& actor) {
    const auto collection = std::find_if(collections_.begin(), collections_.end(),
                                         [&](const StoredCollection& one) { return one.name == write.collection; });
    if (collection == collections_.end()) return fail(ErrorCode::internal, "The collection has no table.");
    const StoredRow row = TRY(find_row(connection_, *collection, tenant_, write.id));
    TRY(check_version(write.collection + "/" + write.id, write.expected_version, row.version));
    if (!row.exists() && !write.json) return {};
    const bool listed = write.feed == Feed::listed;
    if (row.exists() && listed && collection->keeps_past) {
      TRY(keep_past(connection_, *collection, tenant_, write.id, sequence_ + 1));
      ++kept_past_[&*collection];
    }
    ++sequence_;
    TRY(replace(row, *collection, write));
    if (!listed) return {};
    Statement change = TRY(connection_.kept("INSERT INTO changes VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    change.integer(tenant_).integer(sequence_).integer(collection->number).text(write.id).integer(row.version + 1);
    change.integer(write.json ? 0 : 1).integer(static_cast<int64_t>(actor.kind)).text(actor.id).integer(now_.ticks);
    return change.run();
  }

  Status replace(const StoredRow& row, const StoredCollection& collection, const EntityWrite& write) {
    if (!write.json) return erase_row(connection_, collection, tenant_, write.id);
    const Entity entity{write.id, row.version + 1, sequence_, *write.json};
    if (row.exists()) return update_row(connection_, collection, tenant_, entity, row);
    return insert_row(connection_, collection, table_of(collection), tenant_, entity, sequence_);
  }

  Status apply(const StateWrite& write) {
    Statement row = TRY(connection_.kept("SELECT version FROM states WHERE tenant = ? AND name = ?"));
    const int64_t stored = TRY(row.integer(tenant_).blob(write.name).step()) ? row.integer_at(0) : 0;
    row.reset();
    TRY(check_version(write.name, write.expected_version, stored));
    if (!write.value) {
      if (stored == 0) return {};
      Statement erase = TRY(connection_.kept("DELETE FROM states WHERE tenant = ? AND name = ?"));
      return erase.integer(tenant_).blob(write.name).run();
    }
    Statement put = TRY(connection_.kept("INSERT OR REPLACE INTO states VALUES(?, ?, ?, ?)"));
    return put.integer(tenant_).blob(write.name).integer(stored + 1).blob(*write.value).run();
  }

  static constexpr size_t forgotten_for_each = 2;  // more than is kept, so that nothing piles up

  Connection& connection_;
  const std::vector<StoredCollection>& collections_;
  const base::DateTime now_;
  int64_t tenant_ = 0;
  int64_t sequence_ = 0;
  std::map<const StoredCollection*, size_t> kept_past_;  // rows
};

}  // namespace

Result<int64_t> write_commit(Connection& connection, const std::vector<StoredCollection>& collections,
                             base::DateTime now, std::string_view tenant, const Commit& commit) {
  return Writing(connection, collections, now).apply(tenant, commit);
}

}  // namespace vedette::store
