#include "sqlite.h"

#include <fcntl.h>
#include <unistd.h>

namespace vedette::store {

using base::ErrorCode;
using base::fail;
using base::Result;
using base::Status;

namespace {

constexpr int busy_timeout_ms = 30'000;

base::Error error_of(sqlite3* handle) {
  const int code = handle ? sqlite3_errcode(handle) & 0xFF : SQLITE_NOMEM;
  const char* cause = handle ? sqlite3_errmsg(handle) : "out of memory";
  if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
    return fail(ErrorCode::unavailable, "The entity store is busy.").with_cause(cause);
  if (code == SQLITE_INTERRUPT) return fail(ErrorCode::cancelled, "The query was stopped.");
  if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
    return fail(ErrorCode::corrupt_data, "The entity store is damaged.").with_cause(cause);
  return fail(ErrorCode::io_error, "The entity store could not be read or written.").with_cause(cause);
}

}  // namespace

Statement::~Statement() {
  if (!kept_) {
    sqlite3_finalize(statement_);
    return;
  }
  reset();
  kept_->in_use = false;
}

void Statement::reset() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
  next_ = 1;
}

Statement& Statement::integer(int64_t value) {
  sqlite3_bind_int64(statement_, next_++, value);
  return *this;
}

Statement& Statement::text(std::string_view value) {
  const char* bytes = value.data() ? value.data() : "";
  sqlite3_bind_text64(statement_, next_++, bytes, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  return *this;
}

Statement& Statement::blob(std::string_view value) {
  const char* bytes = value.data() ? value.data() : "";
  sqlite3_bind_blob64(statement_, next_++, bytes, value.size(), SQLITE_TRANSIENT);
  return *this;
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return error_of(sqlite3_db_handle(statement_));
}

Status Statement::run() {
  while (TRY(step())) {
  }
  reset();
  return {};
}

std::string_view Statement::view_at(int column) const {
  const void* bytes = sqlite3_column_blob(statement_, column);
  const auto size = static_cast<size_t>(sqlite3_column_bytes(statement_, column));
  return bytes ? std::string_view(static_cast<const char*>(bytes), size) : std::string_view();
}

Result<std::unique_ptr<Connection>> Connection::open(const std::string& path, Access access) {
  // Who only reads may have to undo what a killed writer left half done, which a read-only handle cannot.
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
  if (access == Access::read_write) {
    // A new file is its owner's alone: keys are in it. SQLite gives its log the same mode.
    if (const int created = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600); created >= 0)
      ::close(created);
    flags |= SQLITE_OPEN_CREATE;
  } else if (::access(path.c_str(), F_OK) != 0) {
    return fail(ErrorCode::not_found, "There is no entity store.").with_cause(path);
  }
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  std::unique_ptr<Connection> connection(new Connection(handle));
  if (code != SQLITE_OK) return error_of(handle);
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, busy_timeout_ms);
  if (access == Access::read_only) TRY(connection->run("PRAGMA query_only = ON"));
  return connection;
}

Connection::~Connection() {
  for (const auto& [sql, kept] : statements_) sqlite3_finalize(kept.statement);
  sqlite3_close(handle_);
}

Result<Statement> Connection::prepare(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(handle_, sql.data(), static_cast<int>(sql.size()), &statement, nullptr) != SQLITE_OK)
    return error_of(handle_);
  return Statement(statement);
}

Result<Statement> Connection::kept(const std::string& sql) {
  if (sql.size() > kept_bytes_max) return prepare(sql);
  if (const auto known = statements_.find(sql); known != statements_.end()) {
    if (known->second.in_use) return prepare(sql);
    return Statement(known->second);
  }
  if (statements_.size() >= statements_max) drop_unused_statements();
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement,
                         nullptr) != SQLITE_OK)
    return error_of(handle_);
  return Statement(statements_[sql] = {statement});
}

void Connection::drop_unused_statements() {
  std::erase_if(statements_, [](const auto& one) {
    if (!one.second.in_use) sqlite3_finalize(one.second.statement);
    return !one.second.in_use;
  });
}

Status Connection::run(const std::string& sql) {
  if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) return error_of(handle_);
  return {};
}

Result<int64_t> Connection::integer(const std::string& sql) {
  Statement statement = TRY(prepare(sql));
  return TRY(statement.step()) ? statement.integer_at(0) : 0;
}

Result<Transaction> Transaction::begin(Connection& connection, const char* how) {
  Statement statement = TRY(connection.kept(how));
  TRY(statement.run());
  return Transaction(connection);
}

Transaction::~Transaction() {
  if (!connection_ || sqlite3_get_autocommit(connection_->handle())) return;
  if (auto rollback = connection_->kept("ROLLBACK")) (void)rollback->run();
}

Status Transaction::commit() {
  TRY(connection_->run("COMMIT"));
  connection_ = nullptr;
  return {};
}

}  // namespace vedette::store
