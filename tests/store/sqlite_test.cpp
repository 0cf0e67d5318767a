// What is SQLite's alone: files, indexes, processes, crashes.
#include "sqlite_test.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <random>

#include "../../src/store/sqlite.h"

namespace vedette::store::testing {
namespace {

using ::testing::HasSubstr;

TEST_F(SqliteTest, KeepsEverythingOverARestart) {
  open()->commit("a", one("1", R"({"whole":5})")).value();
  const auto store = open();
  EXPECT_EQ(store->get("a", "items", "1").value()->json, R"({"whole":5})");
  EXPECT_EQ(store->commit("a", one("1", "{}")).value(), 2);
  EXPECT_EQ(store->changes("a", 0, 10)->size(), 2u);
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
