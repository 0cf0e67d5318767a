// What is SQLite's alone: files, formats, indexes, processes, crashes.
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <random>

#include "../../src/store/document_column.h"
#include "../../src/store/sqlite_schema.h"
#include "store_test.h"

namespace vedette::store::testing {
namespace {

using ::testing::HasSubstr;

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

TEST_F(SqliteTest, KeepsEverythingOverARestart) {
  open()->commit("a", one("1", R"({"whole":5})")).value();
  const auto store = open();
  EXPECT_EQ(store->get("a", "items", "1").value()->json, R"({"whole":5})");
  EXPECT_EQ(store->commit("a", one("1", "{}")).value(), 2);
  EXPECT_EQ(store->changes("a", 0, 10)->size(), 2u);
}

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

TEST_F(SqliteTest, KeepsStatementsUpToItsLimitAndThoseInUse) {
  open();
  const auto connection = Connection::open(path, Access::read_only).value();
  Statement held = connection->kept("SELECT 0").value();
  for (size_t i = 1; i <= 2 * Connection::statements_max; ++i) {
    Statement next = connection->kept("SELECT " + std::to_string(i)).value();
    ASSERT_TRUE(next.step().value());
    EXPECT_EQ(next.integer_at(0), static_cast<int64_t>(i));
  }
  Statement again = connection->kept("SELECT 0").value();  // the first one is in use
  EXPECT_TRUE(again.step().value());
  EXPECT_TRUE(held.step().value());
  const std::string blanks(Connection::kept_bytes_max, ' ');
  EXPECT_TRUE(connection->kept("SELECT 1" + blanks).value().step().value());
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

// Texts that identify are found by an index of their own, and are not beside times.
TEST_F(SqliteTest, KeepsTextsThatIdentifyOnce) {
  const std::vector<Collection> collections{
      {"items", {{{"at"}, Kind::date_time}, {{"state"}, Kind::text}, {{"code"}, Kind::text, true}}}};
  const auto store = open(collections);
  store->commit("a", one("x", R"({"at":"2026-01-01T00:00:00Z","state":"new","code":"one"})")).value();
  store->commit("a", one("y", R"({"at":"2026-01-02T00:00:00Z","state":"new","code":"two"})")).value();
  EXPECT_EQ(integer("SELECT count(*) FROM pragma_index_info('c0_k0') WHERE name = 'k1'"), 1);
  EXPECT_EQ(integer("SELECT count(*) FROM pragma_index_info('c0_k0') WHERE name = 'k2'"), 0);
  EXPECT_THAT(plan("SELECT id FROM c0 WHERE tenant = 1 AND k2 = x'00'"), HasSubstr("c0_k2"));
  Query query;
  query.collection = "items";
  query.filter = filter(eq(property("code"), text("two")));
  EXPECT_EQ(ids(*open(collections), query), "y");
  const std::vector<Collection> wrong{{"items", {{{"at"}, Kind::date_time, true}}}};
  EXPECT_EQ(open_sqlite_store(path, wrong, clock).error().message, "A text alone identifies, not 'at'.");
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

TEST_F(SqliteTest, CompressesLongDocuments) {
  const std::vector<Collection> collections{{"items", {{{"whole"}, Kind::int64}}, true}};
  const auto long_document = [](int whole) {
    return R"({"whole":)" + std::to_string(whole) + R"(,"text":")" + std::string(compressed_bytes_min, 'x') + R"("})";
  };
  const auto store = open(collections);
  store->commit("a", one("x", long_document(1))).value();
  store->commit("a", one("y", long_document(2))).value();
  EXPECT_LT(integer("SELECT max(length(doc)) FROM c0"), 200);
  EXPECT_EQ(store->get("a", "items", "x").value()->json, long_document(1));
  Query query;
  query.collection = "items";
  query.top = 1;
  query.filter = filter(call(Function::contains, {property("text"), text("xxx")}));
  query.order = {{{"whole"}, Kind::int64, Direction::ascending}};
  const QueryPage first = store->query("a", query).value();
  ASSERT_EQ(first.entities.size(), 1u);
  EXPECT_EQ(first.entities[0].json, long_document(1));
  store->commit("a", one("y", long_document(3))).value();
  query.after = first.next;
  EXPECT_EQ(store->query("a", query)->entities.at(0).json, long_document(2));  // as it was
  execute("UPDATE c0 SET doc = x'28B52FFD2004' WHERE id = CAST('x' AS BLOB)");
  EXPECT_EQ(store->get("a", "items", "x").error().message, "A document of the entity store is damaged.");
}

TEST_F(SqliteTest, ForgetsWhatNoPageCanAskFor) {
  const auto store = open({{"items", {}, true}});
  for (int i = 0; i < 10; ++i) store->commit("a", one("x", "{}")).value();
  EXPECT_EQ(integer("SELECT count(*) FROM p0"), 9);
  clock.advance({past_kept.ticks + 1});
  for (int i = 0; i < 20; ++i) store->commit("a", one("x", "{}")).value();
  EXPECT_EQ(integer("SELECT count(*) FROM p0"), 20);
  EXPECT_EQ(integer("SELECT min(until) FROM p0"), 11);
}

TEST_F(SqliteTest, ReadsAFileWithoutChangingIt) {
  const auto refused = open_sqlite_store(path, test_collections(), clock, Access::read_only);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, base::ErrorCode::not_found);
  EXPECT_FALSE(std::filesystem::exists(path));
  const auto writer = open({{"items", {}}});
  writer->commit("a", one("x", R"({"whole":1})")).value();
  auto opened = open_sqlite_store(path, test_collections(), clock, Access::read_only);
  ASSERT_TRUE(opened.has_value()) << opened.error().message;
  EntityStore& reader = **opened;
  Query query;
  query.collection = "items";
  query.order = {{{"whole"}, Kind::int64, Direction::descending}};
  EXPECT_EQ(ids(reader, query), "x");
  writer->commit("a", one("y", R"({"whole":2})")).value();
  EXPECT_EQ(ids(reader, query), "yx");
  query.collection = "things";  // declared, but not in the file
  EXPECT_EQ(ids(reader, query), "");
  EXPECT_FALSE(reader.get("a", "things", "x").value().has_value());
  EXPECT_EQ(reader.commit("a", one("z", "{}")).error().message, "The entity store was opened for reading only.");
  EXPECT_FALSE(writer->get("a", "items", "z").value().has_value());
}

TEST_F(SqliteTest, ReadsNothingFromAFileThatItsWriterHasNotFilled) {
  execute("PRAGMA journal_mode = WAL");
  const auto opened = open_sqlite_store(path, test_collections(), clock, Access::read_only);
  ASSERT_TRUE(opened.has_value()) << opened.error().message;
  EXPECT_FALSE((*opened)->get("a", "things", "x").value().has_value());
}

// The statements of a page that is late in an indexed order: a range of one index, nothing is sorted.
TEST_F(SqliteTest, ReadsAPageFromARangeOfAnIndex) {
  open();
  for (const auto& [direction, beyond] : {std::pair("", ">"), std::pair(" DESC", "<")}) {
    const std::string from = "SELECT id, doc FROM c1 INDEXED BY c1_k5 WHERE tenant = 1 AND k5 ";
    for (const std::string& place :
         {"= x'00' AND number " + std::string(beyond) + " 7", std::string(beyond) + " x'00'"}) {
      const std::string steps = plan(from + place + " ORDER BY k5" + direction + ", number" + direction);
      EXPECT_THAT(steps, HasSubstr("SEARCH c1 USING INDEX"));
      EXPECT_THAT(steps, ::testing::Not(HasSubstr("TEMP B-TREE"))) << steps;
    }
  }
}

// Those that are held, in the order of a time and filtered by texts: no row is read.
TEST_F(SqliteTest, ReadsAPageFromAnIndexAlone) {
  open();
  EXPECT_THAT(
      plan("SELECT id, version, sequence, NULL, number, k5 FROM c1 INDEXED BY c1_k5 WHERE tenant = 1"
           " AND sequence <= 9 AND (k0 = x'00') AND (k6 <> x'00') AND k5 < x'05' ORDER BY k5 DESC, number DESC"),
      HasSubstr("USING COVERING INDEX"));
}

// A process that commits and says so is killed: what it said is there, and the feed has no gap.
TEST_F(SqliteTest, KeepsWhatWasAcknowledgedWhenKilled) {
  std::mt19937 random(3);
  for (int round = 0; round < 10; ++round) {
    int pipe_ends[2];
    ASSERT_EQ(pipe(pipe_ends), 0);
    const pid_t child = fork();
    if (child == 0) {
      const auto store = open();
      for (int64_t i = 0;; ++i) {
        const int64_t sequence = store->commit("a", one(std::to_string(i % 7), R"({"whole":1})")).value();
        if (write(pipe_ends[1], &sequence, sizeof sequence) != sizeof sequence) _exit(1);
      }
    }
    close(pipe_ends[1]);
    int64_t acknowledged = 0, sequence = 0;
    const size_t wanted = 1 + random() % 20;
    for (size_t i = 0; i < wanted && read(pipe_ends[0], &sequence, sizeof sequence) == sizeof sequence; ++i) {
    }
    usleep(static_cast<useconds_t>(random() % 5000));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    while (read(pipe_ends[0], &sequence, sizeof sequence) == sizeof sequence) acknowledged = sequence;
    acknowledged = std::max(acknowledged, sequence);
    close(pipe_ends[0]);
    ASSERT_GT(acknowledged, 0);
    const auto changes = open()->changes("a", 0, SIZE_MAX).value();
    ASSERT_GE(static_cast<int64_t>(changes.size()), acknowledged);
    for (size_t i = 0; i < changes.size(); ++i) ASSERT_EQ(changes[i].sequence, static_cast<int64_t>(i) + 1);
  }
}

}  // namespace
}  // namespace vedette::store::testing
