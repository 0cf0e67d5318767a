// SQLite's C interface as values and errors: a connection with its prepared statements.
#pragma once

#include <sqlite3.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "document_column.h"
#include "vedette/base/result.h"
#include "vedette/store/entity_store.h"

namespace vedette::store {

// A prepared statement that its connection keeps.
struct KeptStatement {
  sqlite3_stmt* statement = nullptr;
  bool in_use = false;
};

// A prepared statement while it is in use; given back, reset, at the end. Parameters count from 1, columns from 0.
class Statement {
 public:
  explicit Statement(sqlite3_stmt* own) : statement_(own) {}
  explicit Statement(KeptStatement& kept) : statement_(kept.statement), kept_(&kept) { kept.in_use = true; }
  Statement(Statement&& other) noexcept : statement_(other.statement_), kept_(other.kept_), next_(other.next_) {
    other.statement_ = nullptr;
    other.kept_ = nullptr;
  }
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  // Binds the next parameter.
  Statement& integer(int64_t value);
  Statement& text(std::string_view value);
  Statement& blob(std::string_view value);

  base::Result<bool> step();  // whether there is a row
  base::Status run();         // to its end
  int64_t integer_at(int column) const { return sqlite3_column_int64(statement_, column); }
  std::string text_at(int column) const { return std::string(view_at(column)); }
  std::string_view view_at(int column) const;  // until the next step
  void reset();

 private:
  sqlite3_stmt* statement_;
  KeptStatement* kept_ = nullptr;
  int next_ = 1;
};

class Connection {
 public:
  // read_write creates the file when it is absent.
  static base::Result<std::unique_ptr<Connection>> open(const std::string& path, Access access);
  Connection(const Connection&) = delete;
  ~Connection();

  // `sql` is text of this module; values are parameters.
  base::Result<Statement> prepare(const std::string& sql);
  // Prepared once for the connection, unless it is long. Those that are not in use go when there are statements_max.
  base::Result<Statement> kept(const std::string& sql);
  static constexpr size_t statements_max = 200, kept_bytes_max = 2'048;
  base::Status run(const std::string& sql);
  base::Result<int64_t> integer(const std::string& sql);  // the first column of the first row; 0 when there is none
  DocumentColumn& documents() { return documents_; }
  sqlite3* handle() const { return handle_; }

 private:
  explicit Connection(sqlite3* handle) : handle_(handle) {}
  void drop_unused_statements();

  sqlite3* handle_;
  DocumentColumn documents_;
  std::map<std::string, KeptStatement, std::less<>> statements_;
};

// BEGIN …; rolled back unless committed.
class Transaction {
 public:
  static base::Result<Transaction> begin(Connection& connection, const char* how);
  Transaction(Transaction&& other) noexcept : connection_(other.connection_) { other.connection_ = nullptr; }
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  base::Status commit();

 private:
  explicit Transaction(Connection& connection) : connection_(&connection) {}
  Connection* connection_;
};

}  // namespace vedette::store
