// Files of older and newer formats, and of processes with other declarations.
#include "../../src/store/sqlite_schema.h"
#include "sqlite_test.h"

namespace vedette::store::testing {
namespace {

using ::testing::HasSubstr;

TEST_F(SqliteTest, IndexesAnOldFileFromItsDocuments) {
  const auto old = open({{"items", {}}});
  old->commit("a", one("x", R"({"whole":1})")).value();
  old->commit("a", one("y", R"({"whole":2})")).value();
  const auto store = open();
  Query query;
  query.collection = "items";
  query.order = {{{"whole"}, Kind::int64, Direction::descending}};
  query.filter = filter(gt(property("whole", Kind::int64), number(1)));
  EXPECT_EQ(ids(*store, query), "y");
  // A process that does not declare the index fills it all the same, and still reads.
  old->commit("a", one("z", R"({"whole":3})")).value();
  EXPECT_EQ(ids(*store, query), "zy");
  EXPECT_EQ(ids(*old, query), "zy");
}

TEST_F(SqliteTest, RefusesANewerFormatAndOtherDatabases) {
  open();
  execute("PRAGMA user_version = 6");
  const auto newer = open_sqlite_store(path, test_collections(), clock);
  ASSERT_FALSE(newer.has_value());
  EXPECT_EQ(newer.error().code, base::ErrorCode::bad_request);
  EXPECT_THAT(newer.error().message, HasSubstr("format version 6"));
  path = folder.file("other.db");
  execute("CREATE TABLE t(x)");
  EXPECT_EQ(open_sqlite_store(path, {}, clock).error().code, base::ErrorCode::bad_request);
  EXPECT_EQ(open_sqlite_store(folder.file("no/such/folder"), {}, clock).error().code, base::ErrorCode::io_error);
}

// A file of format 1 kept no past.
TEST_F(SqliteTest, KeepsThePastOfAnOldFileFromNowOn) {
  open({{"items", {}}})->commit("a", one("x", "{}")).value();
  execute("PRAGMA user_version = 1");
  const auto store = open({{"items", {}, true}});
  store->commit("a", one("y", "{}")).value();
  Query query;
  query.collection = "items";
  query.top = 1;
  query.after = store->query("a", query)->next;
  Commit gone = one("y", "{}");
  gone.entities[0].json.reset();
  open({{"items", {}}})->commit("a", gone).value();  // a process that does not ask for it keeps it all the same
  EXPECT_EQ(ids(*store, query), "y");
  EXPECT_EQ(integer("PRAGMA user_version"), format_version);
}

// One of format 2 kept it without keys.
TEST_F(SqliteTest, KeepsThePastThatAnOldFileHas) {
  const std::vector<Collection> collections{{"items", {{{"whole"}, Kind::int64}}, true}};
  const auto old = open(collections);
  for (const int whole : {1, 2, 3})
    old->commit("a", one("e" + std::to_string(whole), R"({"whole":)" + std::to_string(whole) + "}")).value();
  Query query;
  query.collection = "items";
  query.order = {{{"whole"}, Kind::int64, Direction::descending}};
  query.filter = filter(gt(property("whole", Kind::int64), number(0)));
  query.top = 1;
  query.after = old->query("a", query)->next;
  old->commit("a", one("e2", R"({"whole":9})")).value();
  execute("ALTER TABLE p0 DROP COLUMN k0");
  execute("PRAGMA user_version = 2");
  const auto store = open({});
  EXPECT_EQ(integer("SELECT k0 = x'028000000000000002' FROM p0"), 1);
  query.top = 9;
  EXPECT_EQ(ids(*open(collections), query), "e2e1");
}

// One of format 3 had no numbers, and an index for each direction.
TEST_F(SqliteTest, NumbersTheEntitiesOfAnOldFile) {
  const std::vector<Collection> collections{{"items", {{{"whole"}, Kind::int64}}, true}};
  const auto old = open(collections);
  for (const int whole : {1, 2, 2})
    old->commit("a", one("e" + std::to_string(old->newest_sequence("a").value()),
                         R"({"whole":)" + std::to_string(whole) + "}"))
        .value();
  for (const char* sql : {"DROP INDEX c0_k0", "DROP INDEX c0_number", "ALTER TABLE c0 DROP COLUMN number",
                          "ALTER TABLE p0 DROP COLUMN number"})
    execute(sql);
  execute("CREATE INDEX c0_k0_up ON c0(tenant, k0, id, sequence, version)");
  execute("CREATE INDEX c0_k0_down ON c0(tenant, k0 DESC, id, sequence, version)");
  execute("PRAGMA user_version = 3");
  EXPECT_THAT(open_sqlite_store(path, collections, clock, Access::read_only).error().message,
              HasSubstr("older format"));
  const auto store = open(collections);
  EXPECT_EQ(integer("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'c0_k0%'"), 1);
  Query query;
  query.collection = "items";
  query.order = {{{"whole"}, Kind::int64, Direction::descending}};
  EXPECT_EQ(ids(*store, query), "e2e1e0");
}

// One of format 4 changed the index of texts that identify with each write of an entity.
TEST_F(SqliteTest, LeavesTextsThatIdentifyWhereTheyAreInAnOldFileToo) {
  const std::vector<Collection> collections{{"items", {{{"code"}, Kind::text, true}}, true}};
  open(collections)->commit("a", one("x", R"({"code":"one"})")).value();
  execute("DROP INDEX c0_k0");
  execute("CREATE INDEX c0_k0 ON c0(tenant, k0, number, id, sequence, version)");
  execute("PRAGMA user_version = 4");
  const auto store = open(collections);
  EXPECT_EQ(integer("SELECT count(*) FROM pragma_index_info('c0_k0')"), 3);
  const int64_t place = integer("SELECT rowid FROM c0");
  Query by_code;
  by_code.collection = "items";
  by_code.filter = filter(eq(property("code"), text("one")));
  store->commit("a", one("y", R"({"code":"two"})")).value();
  store->commit("a", one("x", R"({"code":"one","whole":2})")).value();
  EXPECT_EQ(integer("SELECT rowid FROM c0 WHERE id = CAST('x' AS BLOB)"), place);
  EXPECT_EQ(ids(*store, by_code), "x");
  store->commit("a", one("x", R"({"code":"three"})")).value();
  EXPECT_EQ(ids(*store, by_code), "");
  by_code.filter = filter(eq(property("code"), text("three")));
  EXPECT_EQ(ids(*store, by_code), "x");
}

}  // namespace
}  // namespace vedette::store::testing
