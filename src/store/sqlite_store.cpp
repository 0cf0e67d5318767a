// One SQLite file: a connection that writes, and a pool of those that read.
#include <algorithm>
#include <chrono>
#include <mutex>
#include <thread>

#include "check_query.h"
#include "documents.h"
#include "log_checkpointer.h"
#include "reader_pool.h"
#include "sqlite_commit.h"
#include "sqlite_query.h"
#include "sqlite_schema.h"

namespace vedette::store {

using base::ErrorCode;
using base::fail;
using base::Result;
using base::Status;

namespace {

// Stops a statement that finds no row for long.
class StopWatch {
 public:
  StopWatch(Connection& connection, const base::StopCheck& stop) : connection_(connection) {
    sqlite3_progress_handler(
        connection.handle(), 5'000,
        [](void* check) { return static_cast<const base::StopCheck*>(check)->stopped() ? 1 : 0; },
        const_cast<base::StopCheck*>(&stop));
  }
  ~StopWatch() { sqlite3_progress_handler(connection_.handle(), 0, nullptr, nullptr); }
  StopWatch(const StopWatch&) = delete;

 private:
  Connection& connection_;
};

class SqliteStore final : public EntityStore {
 public:
  SqliteStore(const std::string& path, std::vector<Collection> collections, const base::Clock& clock,
              std::unique_ptr<Connection> writer, Access access)
      : collections_(std::move(collections)),
        clock_(clock),
        access_(access),
        writer_(std::move(writer)),
        readers_(path, access) {}

  // Reads the shape of the file, and begins what goes on beside the commits.
  Status start(const std::string& path) {
    if (access_ == Access::read_write) checkpointer_ = TRY(LogCheckpointer::start(path, *writer_, mutex_));
    schema_ = TRY(writer_->integer("PRAGMA schema_version"));
    stored_ = TRY(load_collections(*writer_));
    readable_ = stored_;
    return {};
  }

  Result<int64_t> commit(std::string_view tenant, const Commit& commit) override {
    if (access_ == Access::read_only) return fail(ErrorCode::internal, "The entity store was opened for reading only.");
    TRY(check_commit(collections_, commit));
    const std::scoped_lock lock(mutex_);
    Transaction transaction = TRY(Transaction::begin(*writer_, "BEGIN IMMEDIATE"));
    // Another process may have added indexes, which this one has to fill as well.
    const int64_t schema = TRY(writer_->integer("PRAGMA schema_version"));
    if (schema != schema_) {
      stored_ = TRY(load_collections(*writer_));
      schema_ = schema;
    }
    const int64_t sequence = TRY(write_commit(*writer_, stored_, clock_.now(), tenant, commit));
    TRY(transaction.commit());
    return sequence;
  }

  Result<std::optional<Entity>> get(std::string_view tenant, std::string_view collection, std::string_view id,
                                    const IsHeld& is_held) const override {
    TRY(find_collection(collections_, collection));
    const StoredCollection* const stored = find_stored(collection);
    if (!stored) return std::optional<Entity>();
    const auto reader = TRY(readers_.take());
    const std::string where =
        " FROM " + table_of(*stored) + " WHERE tenant = (SELECT number FROM tenants WHERE id = ?) AND id = ?";
    if (is_held) {  // a document that a statement names is read, whether it is used or not
      Statement head = TRY((*reader).kept("SELECT id, version, sequence" + where));
      if (!TRY(head.text(tenant).blob(id).step())) return std::optional<Entity>();
      Entity entity{head.text_at(0), head.integer_at(1), head.integer_at(2), ""};
      if (is_held(entity.sequence)) return std::optional(std::move(entity));
    }
    Statement row = TRY((*reader).kept("SELECT id, version, sequence, doc" + where));
    if (!TRY(row.text(tenant).blob(id).step())) return std::optional<Entity>();
    std::string document(TRY((*reader).documents().json(row.view_at(3))));
    return std::optional(Entity{row.text_at(0), row.integer_at(1), row.integer_at(2), std::move(document)});
  }

  Result<QueryPage> query(std::string_view tenant, const Query& query) const override {
    TRY(check_query(collections_, query));
    TRY(query.stop.check());
    const StoredCollection* const stored = find_stored(query.collection);
    if (!stored) return PageBuilder(query).finish(0, std::nullopt);
    const auto reader = TRY(readers_.take());
    const StopWatch watch(*reader, query.stop);
    Transaction snapshot = TRY(Transaction::begin(*reader, "BEGIN"));
    const StoredTenant found = TRY(find_tenant(*reader, tenant));
    auto page = query_page(*reader, *stored, found, query, estimates_, clock_.now());
    if (!page) TRY(query.stop.check());
    return page;
  }

  Result<int64_t> newest_sequence(std::string_view tenant) const override {
    const auto reader = TRY(readers_.take());
    return TRY(find_tenant(*reader, tenant)).newest;
  }

  Result<std::vector<Change>> changes(std::string_view tenant, int64_t sequence, size_t limit) const override {
    const auto reader = TRY(readers_.take());
    Statement rows = TRY((*reader).kept(
        "SELECT sequence, (SELECT name FROM collections WHERE number = collection), id, version, deleted, actor_kind,"
        " actor_id, at FROM changes WHERE tenant = (SELECT number FROM tenants WHERE id = ?) AND sequence > ?"
        " ORDER BY sequence LIMIT ?"));
    rows.text(tenant).integer(sequence).integer(static_cast<int64_t>(std::min<size_t>(limit, INT64_MAX)));
    std::vector<Change> out;
    while (TRY(rows.step()))
      out.push_back({rows.integer_at(0), rows.text_at(1), rows.text_at(2), rows.integer_at(3), rows.integer_at(4) != 0,
                     Actor{static_cast<Actor::Kind>(rows.integer_at(5)), rows.text_at(6)},
                     base::DateTime{rows.integer_at(7)}});
    return out;
  }

  Result<std::optional<State>> state(std::string_view tenant, std::string_view name) const override {
    const auto reader = TRY(readers_.take());
    Statement row =
        TRY((*reader).kept("SELECT value, version FROM states"
                           " WHERE tenant = (SELECT number FROM tenants WHERE id = ?) AND name = ?"));
    if (!TRY(row.text(tenant).blob(name).step())) return std::optional<State>();
    return std::optional(State{row.text_at(0), row.integer_at(1)});
  }

  Result<std::vector<std::string>> state_names(std::string_view tenant, std::string_view prefix) const override {
    const auto reader = TRY(readers_.take());
    Statement rows =
        TRY((*reader).kept("SELECT name FROM states WHERE tenant = (SELECT number FROM tenants WHERE id = ?)"
                           " AND name >= ? ORDER BY name"));
    rows.text(tenant).blob(prefix);
    std::vector<std::string> names;
    while (TRY(rows.step())) {
      std::string name = rows.text_at(0);
      if (!name.starts_with(prefix)) break;
      names.push_back(std::move(name));
    }
    return names;
  }

 private:
  // Ordinals are never reused: what was read when the file was opened stays right for reading.
  // Null for what a file that is only read does not have.
  const StoredCollection* find_stored(std::string_view name) const {
    for (const StoredCollection& one : readable_)
      if (one.name == name) return &one;
    return nullptr;
  }
  static Result<StoredTenant> find_tenant(Connection& reader, std::string_view tenant) {
    Statement row = TRY(reader.kept("SELECT number, sequence FROM tenants WHERE id = ?"));
    if (!TRY(row.text(tenant).step())) return StoredTenant();
    return StoredTenant{row.integer_at(0), row.integer_at(1)};
  }

  const std::vector<Collection> collections_;
  const base::Clock& clock_;
  const Access access_;
  std::vector<StoredCollection> readable_;
  std::mutex mutex_;  // of what follows
  std::unique_ptr<Connection> writer_;
  std::vector<StoredCollection> stored_;
  int64_t schema_ = 0;
  mutable ReaderPool readers_;
  mutable RowEstimates estimates_;
  std::unique_ptr<LogCheckpointer> checkpointer_;  // last: it uses the writer
};

// Ids are spread over an index: what a commit changes of many indexes is to be at hand.
constexpr int64_t writer_cache_bytes = int64_t{64} << 20;

// SQLite does not wait for this one change: of several processes that create a file together, all but one are refused.
Status use_write_ahead_log(Connection& connection) {
  constexpr int tries_max = 300;
  for (int tries = 1;; ++tries) {
    auto done = connection.run("PRAGMA journal_mode = WAL");
    if (done || done.error().code != ErrorCode::unavailable || tries == tries_max) return done;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

}  // namespace

Result<std::unique_ptr<EntityStore>> open_sqlite_store(const std::string& path, std::vector<Collection> collections,
                                                       const base::Clock& clock, Access access) {
  auto first = TRY(Connection::open(path, access));
  if (access == Access::read_write) {
    TRY(use_write_ahead_log(*first));
    TRY(first->run("PRAGMA synchronous = FULL"));
    TRY(first->run("PRAGMA cache_size = -" + std::to_string(writer_cache_bytes >> 10)));
    TRY(first->run("PRAGMA wal_autocheckpoint = " + std::to_string(log_pages_max)));
    TRY(declare(*first, collections));
  } else {
    if (TRY(is_unused(*first))) return make_memory_store(std::move(collections), clock);  // which is as empty
    TRY(check_format(*first, access));
  }
  auto store = std::make_unique<SqliteStore>(path, std::move(collections), clock, std::move(first), access);
  TRY(store->start(path));
  return std::unique_ptr<EntityStore>(std::move(store));
}

}  // namespace vedette::store
