// Commits: versions, conflicts, all or nothing, state, the change feed, tenants apart.
#include <atomic>
#include <thread>

#include "store_test.h"

namespace vedette::store::testing {
namespace {

using base::ErrorCode;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CommitTest : public StoreTest {};
VEDETTE_STORE_SUITE(CommitTest);

template <class T>
ErrorCode code_of(const base::Result<T>& result) {
  EXPECT_FALSE(result.has_value());
  return result.has_value() ? ErrorCode::internal : result.error().code;
}

TEST_P(CommitTest, KeepsTheDocumentAsItIs) {
  const std::string json = R"({"id":"1", "b": 1.0,  "a":"\u00e9é"})";
  EXPECT_EQ(put("1", json).value(), 1);
  const auto entity = store->get("a", "things", "1").value();
  ASSERT_TRUE(entity.has_value());
  EXPECT_EQ(entity->id, "1");
  EXPECT_EQ(entity->version, 1);
  EXPECT_EQ(entity->sequence, 1);
  EXPECT_EQ(entity->json, json);
  EXPECT_FALSE(store->get("a", "things", "2").value().has_value());
  EXPECT_FALSE(store->get("a", "items", "1").value().has_value());
}

TEST_P(CommitTest, LeavesOutADocumentThatIsHeld) {
  put("1", R"({"a":1})").value();
  const auto get = [&](int64_t held) {
    return store
        ->get("a", "things", "1",
              [&](int64_t sequence) { return sequence == held ? std::optional<size_t>(7) : std::nullopt; })
        .value()
        .value();
  };
  EXPECT_EQ(get(1).json, "");
  EXPECT_EQ(get(1).id, "1");
  EXPECT_EQ(get(1).version, 1);
  EXPECT_EQ(get(1).sequence, 1);
  put("1", R"({"a":2})").value();
  EXPECT_EQ(get(1).json, R"({"a":2})");
  EXPECT_EQ(get(1).sequence, 2);
  EXPECT_FALSE(store->get("a", "things", "2", [](int64_t) { return std::optional<size_t>(7); }).value());
}

TEST_P(CommitTest, CountsVersionsPerEntityAndSequencesPerTenant) {
  put("1", "{}").value();
  put("2", "{}").value();
  EXPECT_EQ(put("1", R"({"x":1})").value(), 3);
  const auto entity = store->get("a", "things", "1").value();
  EXPECT_EQ(entity->version, 2);
  EXPECT_EQ(entity->sequence, 3);
  EXPECT_EQ(store->get("a", "things", "2").value()->version, 1);
}

TEST_P(CommitTest, RefusesAVersionThatDoesNotHold) {
  EXPECT_TRUE(put("1", "{}", "things", "a", must_not_exist).has_value());
  EXPECT_EQ(code_of(put("1", "{}", "things", "a", must_not_exist)), ErrorCode::conflict);
  EXPECT_EQ(code_of(put("1", "{}", "things", "a", 2)), ErrorCode::conflict);
  EXPECT_EQ(code_of(put("none", "{}", "things", "a", 1)), ErrorCode::conflict);
  EXPECT_TRUE(put("1", "{}", "things", "a", 1).has_value());
  const auto refused = put("1", "{}", "things", "a", 1);
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().message, HasSubstr("things/1"));
}

TEST_P(CommitTest, IsAllOrNothing) {
  put("1", "{}").value();
  Commit commit = one("things", "2", "{}");
  commit.states.push_back({"cursor", "5", any_version});
  commit.entities.push_back({"things", "1", R"({"x":1})", 7});
  EXPECT_EQ(code_of(store->commit("a", commit)), ErrorCode::conflict);
  EXPECT_FALSE(store->get("a", "things", "2").value().has_value());
  EXPECT_FALSE(store->state("a", "cursor").value().has_value());
  EXPECT_EQ(store->changes("a", 0, 10).value().size(), 1u);

  commit.entities[1].expected_version = 1;
  commit.states[0].expected_version = 3;
  EXPECT_EQ(code_of(store->commit("a", commit)), ErrorCode::conflict);
  EXPECT_EQ(store->get("a", "things", "1").value()->version, 1);
  commit.states[0].expected_version = must_not_exist;
  EXPECT_EQ(store->commit("a", commit).value(), 3);
  EXPECT_EQ(store->state("a", "cursor").value()->value, "5");
}

TEST_P(CommitTest, RefusesWhatIsNoDocument) {
  EXPECT_EQ(code_of(put("1", "[]")), ErrorCode::bad_request);
  EXPECT_EQ(code_of(put("1", "{")), ErrorCode::bad_request);
  EXPECT_EQ(code_of(put("", "{}")), ErrorCode::bad_request);
  EXPECT_EQ(code_of(put("1", "{}", "nothings")), ErrorCode::bad_request);
  EXPECT_EQ(code_of(store->get("a", "nothings", "1")), ErrorCode::bad_request);
  Commit twice = one("things", "1", "{}");
  twice.entities.push_back({"things", "1", "{}", any_version});
  EXPECT_EQ(code_of(store->commit("a", twice)), ErrorCode::bad_request);
  Commit states;
  states.states = {{"s", "1", any_version}, {"s", "2", any_version}};
  EXPECT_EQ(code_of(store->commit("a", states)), ErrorCode::bad_request);
  EXPECT_THAT(store->changes("a", 0, 10).value(), IsEmpty());
}

TEST_P(CommitTest, Deletes) {
  put("1", "{}").value();
  EXPECT_EQ(code_of(store->commit("a", one("things", "1", std::nullopt, 2))), ErrorCode::conflict);
  EXPECT_EQ(store->commit("a", one("things", "1", std::nullopt, 1)).value(), 2);
  EXPECT_FALSE(store->get("a", "things", "1").value().has_value());
  // What is not there is not written.
  EXPECT_EQ(store->commit("a", one("things", "1", std::nullopt)).value(), 2);
  const auto changes = store->changes("a", 0, 10).value();
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_TRUE(changes[1].deleted);
  EXPECT_EQ(changes[1].version, 2);
  EXPECT_TRUE(put("1", "{}", "things", "a", must_not_exist).has_value());
}

TEST_P(CommitTest, KeepsState) {
  EXPECT_FALSE(store->state("a", "x").value().has_value());
  EXPECT_EQ(put_state("x", "one", must_not_exist).value(), 0);
  EXPECT_EQ(code_of(put_state("x", "two", must_not_exist)), ErrorCode::conflict);
  EXPECT_TRUE(put_state("x", std::string("\0\xff", 2), 1).has_value());
  const auto state = store->state("a", "x").value();
  EXPECT_EQ(state->value, std::string("\0\xff", 2));
  EXPECT_EQ(state->version, 2);
  put("1", "{}").value();
  EXPECT_EQ(put_state("x", std::nullopt, 2).value(), 1);
  EXPECT_FALSE(store->state("a", "x").value().has_value());
}

TEST_P(CommitTest, ListsStatesByPrefix) {
  for (const char* name : {"b.2", "b.1", "a", "b", "c", "b%", "B.1", "b.\xff"}) put_state(name, "1").value();
  put_state("b.3", "1", any_version, "b").value();
  EXPECT_THAT(store->state_names("a", "b.").value(), ElementsAre("b.1", "b.2", "b.\xff"));
  EXPECT_THAT(store->state_names("a", "b%").value(), ElementsAre("b%"));
  EXPECT_EQ(store->state_names("a", "").value().size(), 8u);
  EXPECT_THAT(store->state_names("none", "").value(), IsEmpty());
}

TEST_P(CommitTest, KnowsTheEndOfTheFeed) {
  EXPECT_EQ(store->newest_sequence("a").value(), 0);
  for (int64_t i = 1; i <= 40; ++i) {
    put("1", "{}").value();
    ASSERT_EQ(store->newest_sequence("a").value(), i);
  }
  EXPECT_EQ(store->newest_sequence("b").value(), 0);
}

TEST_P(CommitTest, FeedsEveryChangeInOrder) {
  put("1", "{}").value();
  clock.advance({base::ticks_per_second});
  Commit commit;
  commit.actor = {Actor::Kind::connector, "edr"};
  commit.entities = {{"things", "2", "{}", any_version}, {"items", "1", "{}", any_version}};
  EXPECT_EQ(store->commit("a", commit).value(), 3);
  const auto changes = store->changes("a", 0, 10).value();
  ASSERT_EQ(changes.size(), 3u);
  for (int64_t i = 0; i < 3; ++i) EXPECT_EQ(changes[static_cast<size_t>(i)].sequence, i + 1);
  EXPECT_EQ(changes[0].actor.kind, Actor::Kind::user);
  EXPECT_EQ(changes[0].actor.id, "analyst");
  EXPECT_EQ(changes[0].at, noon);
  EXPECT_EQ(changes[2].collection, "items");
  EXPECT_EQ(changes[2].id, "1");
  EXPECT_EQ(changes[2].version, 1);
  EXPECT_EQ(changes[2].actor.kind, Actor::Kind::connector);
  EXPECT_EQ(changes[2].at, noon + base::TimeSpan{base::ticks_per_second});
  EXPECT_EQ(store->changes("a", 1, 1).value().at(0).id, "2");
  EXPECT_THAT(store->changes("a", 3, 10).value(), IsEmpty());
  EXPECT_THAT(store->changes("a", 99, 10).value(), IsEmpty());
  EXPECT_THAT(store->changes("a", 0, 0).value(), IsEmpty());
  EXPECT_EQ(store->changes("a", -5, SIZE_MAX).value().size(), 3u);
}

TEST_P(CommitTest, KeepsWhatIsUnlistedOutOfTheFeed) {
  put("1", "{}").value();
  Commit commit;
  commit.entities = {{"items", "log", R"({"text":"x"})", any_version, Feed::unlisted},
                     {"things", "2", "{}", any_version},
                     {"things", "1", std::nullopt, 1, Feed::unlisted}};
  EXPECT_EQ(store->commit("a", commit).value(), 4);
  EXPECT_EQ(store->get("a", "items", "log").value()->sequence, 2);
  EXPECT_EQ(store->get("a", "things", "2").value()->sequence, 3);
  EXPECT_FALSE(store->get("a", "things", "1").value());
  commit.entities = {{"items", "log", R"({"text":"y"})", 1, Feed::unlisted}};
  EXPECT_EQ(store->commit("a", commit).value(), 5);
  EXPECT_EQ(store->get("a", "items", "log").value()->version, 2);
  const auto changes = store->changes("a", 0, 10).value();
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(changes[1].id, "2");
  EXPECT_EQ(changes[1].sequence, 3);
  EXPECT_EQ(store->changes("a", 1, 1).value().at(0).id, "2");
  EXPECT_EQ(store->newest_sequence("a").value(), 5);
}

TEST_P(CommitTest, KeepsTenantsApart) {
  put("1", R"({"of":"a"})").value();
  EXPECT_EQ(put("1", R"({"of":"b"})", "things", "b", must_not_exist).value(), 1);
  put_state("x", "a").value();
  EXPECT_EQ(store->get("a", "things", "1").value()->json, R"({"of":"a"})");
  EXPECT_EQ(store->get("b", "things", "1").value()->json, R"({"of":"b"})");
  EXPECT_FALSE(store->state("b", "x").value().has_value());
  EXPECT_EQ(store->changes("b", 0, 10).value().size(), 1u);
  Query query;
  query.collection = "things";
  query.count = true;
  EXPECT_EQ(store->query("b", query)->count, 1);
  EXPECT_EQ(store->query("c", query)->count, 0);
  EXPECT_FALSE(store->get("c", "things", "1").value().has_value());
}

// Writers that lose come again: no write is lost, the feed has no gap, and readers see both sides of a commit or none.
TEST_P(CommitTest, IsSafeFromManyThreads) {
  constexpr int rounds = 40;
  put("left", R"({"n":0})").value();
  put("right", R"({"n":0})").value();
  std::atomic<bool> done = false;
  const auto write = [&] {
    for (int i = 0; i < rounds;) {
      const auto left = store->get("a", "things", "left").value();
      Commit commit = one("things", "left", R"({"n":)" + std::to_string(left->version) + "}", left->version);
      commit.entities.push_back({"things", "right", commit.entities[0].json, any_version});
      if (store->commit("a", commit).has_value()) ++i;
    }
  };
  std::thread reader([&] {
    Query query;
    query.collection = "things";
    while (!done) {
      const auto page = store->query("a", query).value();
      ASSERT_EQ(page.entities.size(), 2u);
      EXPECT_EQ(page.entities[0].json, page.entities[1].json);
    }
  });
  std::vector<std::thread> writers;
  for (int i = 0; i < 3; ++i) writers.emplace_back(write);
  for (std::thread& writer : writers) writer.join();
  done = true;
  reader.join();
  EXPECT_EQ(store->get("a", "things", "left").value()->version, 1 + 3 * rounds);
  const auto changes = store->changes("a", 0, 1000).value();
  ASSERT_EQ(changes.size(), 2u + 2 * 3 * rounds);
  for (size_t i = 0; i < changes.size(); ++i) EXPECT_EQ(changes[i].sequence, static_cast<int64_t>(i) + 1);
}

}  // namespace
}  // namespace vedette::store::testing
