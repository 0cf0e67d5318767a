// A store in a file, and what SQLite sees of it.
#pragma once

#include <sqlite3.h>

#include "store_test.h"

namespace vedette::store::testing {

class SqliteTest : public ::testing::Test {
 protected:
  std::unique_ptr<EntityStore> open(const std::vector<Collection>& collections = test_collections()) {
    return open_sqlite_store(path, collections, clock).value();
  }
  static Commit one(const std::string& id, const std::string& json) {
    Commit commit;
    commit.entities.push_back({"items", id, json, any_version});
    return commit;
  }
  static std::string ids(const EntityStore& store, const Query& query) {
    std::string out;
    const QueryPage page = store.query("a", query).value();
    for (const Entity& entity : page.entities) out += entity.id;
    return out;
  }
  void execute(const char* sql) const {
    sqlite3* handle = nullptr;
    ASSERT_EQ(sqlite3_open(path.c_str(), &handle), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(handle, sql, nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(handle);
  }
  int64_t integer(const char* sql) const {
    sqlite3* handle = nullptr;
    EXPECT_EQ(sqlite3_open(path.c_str(), &handle), SQLITE_OK);
    sqlite3_stmt* statement = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(handle, sql, -1, &statement, nullptr), SQLITE_OK);
    EXPECT_EQ(sqlite3_step(statement), SQLITE_ROW);
    const int64_t value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(handle);
    return value;
  }
  // How SQLite would answer, one line a step.
  std::string plan(const std::string& sql) const {
    sqlite3* handle = nullptr;
    EXPECT_EQ(sqlite3_open(path.c_str(), &handle), SQLITE_OK);
    sqlite3_stmt* statement = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(handle, ("EXPLAIN QUERY PLAN " + sql).c_str(), -1, &statement, nullptr), SQLITE_OK);
    std::string out;
    while (sqlite3_step(statement) == SQLITE_ROW)
      out += reinterpret_cast<const char*>(sqlite3_column_text(statement, 3)) + std::string("\n");
    sqlite3_finalize(statement);
    sqlite3_close(handle);
    return out;
  }

  TempFolder folder;
  std::string path = folder.file("entities.db");
  base::FixedClock clock{noon};
};

}  // namespace vedette::store::testing
