// Pages of a collection that keeps its past: what was there at the first is seen once, in order, as it was.
#include "../../src/store/snapshot.h"

#include <random>

#include "store_test.h"

namespace vedette::store::testing {
namespace {

using ::testing::HasSubstr;

class SnapshotTest : public StoreTest {
 protected:
  std::string random_document() {
    constexpr const char* texts[] = {"\"a\"", "\"b\"", "\"c\"", "null"};
    return R"({"whole":)" + std::to_string(random() % 5) + R"(,"text":)" + texts[random() % 4] + R"(,"flag":)" +
           (random() % 2 ? "true" : "false") + R"(,"n":)" + std::to_string(++documents) + "}";
  }
  void write_some(size_t writes) {
    for (; writes > 0; --writes) {
      const std::string id = "e" + std::to_string(random() % 40);
      Commit commit;
      for (const char* collection : {"kept", "kept_plain"})
        commit.entities.push_back(
            {collection, id, random() % 4 ? std::optional(random_document()) : std::nullopt, any_version});
      store->commit("a", commit).value();
    }
  }
  Query random_query() {
    const std::vector<std::vector<OrderBy>> orders = {
        {},
        {{{"whole"}, Kind::int64, up}},
        {{{"whole"}, Kind::int64, down}, {{"text"}, Kind::text, up}},
        {{{"text"}, Kind::text, down, {"b", "a"}}},
        {{{"n"}, Kind::int64, down}},
    };
    Query query;
    query.collection = random() % 2 ? "kept" : "kept_plain";
    query.order = orders[random() % orders.size()];
    query.now = noon;
    query.count = random() % 2;
    const Expression filters[] = {gt(property("whole", Kind::int64), number(1)),
                                  call(Function::contains, {property("text"), text("a")}), truth(true)};
    if (random() % 3) query.filter = filter(filters[random() % std::size(filters)]);
    return query;
  }
  static std::string shown(const QueryPage& page) {
    std::string out;
    for (const Entity& entity : page.entities)
      out +=
          entity.id + "@" + std::to_string(entity.version) + "/" + std::to_string(entity.sequence) + entity.json + "\n";
    return out;
  }

  std::mt19937 random{11};
  int documents = 0;
};
VEDETTE_STORE_SUITE(SnapshotTest);

TEST_P(SnapshotTest, PagesShowWhatWasThereAtTheFirst) {
  write_some(60);
  for (int round = 0; round < 120; ++round) {
    Query query = random_query();
    query.top = 1000;
    const QueryPage whole = store->query("a", query).value();
    query.top = 1 + static_cast<int64_t>(random() % 9);
    query.skip = static_cast<int64_t>(random() % 3);
    QueryPage all;
    for (size_t i = 0; i < std::min<size_t>(static_cast<size_t>(query.skip), whole.entities.size()); ++i)
      all.entities.push_back(whole.entities[i]);
    do {
      const QueryPage page = store->query("a", query).value();
      EXPECT_EQ(page.count, whole.count);
      for (const Entity& entity : page.entities) all.entities.push_back(entity);
      query.after = page.next;
      write_some(random() % 6);
    } while (!query.after.empty());
    ASSERT_EQ(shown(all), shown(whole)) << "round " << round;
  }
}

// A token of a first page that counted nothing still counts what was there then.
TEST_P(SnapshotTest, CountsLater) {
  write_some(60);
  for (const bool filtered : {false, true}) {
    Query query;
    query.collection = "kept";
    query.top = 1000;
    query.count = true;
    if (filtered) query.filter = filter(eq(property("flag", Kind::boolean), truth(true)));
    const auto count = store->query("a", query)->count;
    query.top = 2;
    query.count = false;
    query.after = store->query("a", query)->next;
    write_some(30);
    query.count = true;
    EXPECT_EQ(store->query("a", query)->count, count);
  }
}

TEST_P(SnapshotTest, ExpiresWithWhatIsKept) {
  for (const char* id : {"a", "b", "c"}) put(id, "{}", "kept").value();
  Query query;
  query.collection = "kept";
  query.top = 1;
  query.after = store->query("a", query)->next;
  clock.advance({2 * past_kept.ticks});
  EXPECT_EQ(joined(query), "b c");  // nothing was written since
  put("b", R"({"n":1})", "kept").value();
  clock.advance(past_kept);
  EXPECT_EQ(joined(query), "b c");
  clock.advance({1});
  const auto refused = store->query("a", query);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, base::ErrorCode::bad_request);
  EXPECT_EQ(refused.error().message, "The skip token has expired: read again from the first page.");
}

// What the feed is not told of replaces nothing that pages show.
TEST_P(SnapshotTest, DoesNotExpireByUnlistedWrites) {
  for (const char* id : {"a", "b", "c"}) put(id, "{}", "kept").value();
  Query query;
  query.collection = "kept";
  query.top = 1;
  query.after = store->query("a", query)->next;
  Commit commit;
  commit.entities = {{"things", "log", "{}", any_version, Feed::unlisted}};
  store->commit("a", commit).value();
  clock.advance({past_kept.ticks + 1});
  EXPECT_EQ(joined(query), "b c");
  put("b", R"({"n":1})", "kept").value();
  EXPECT_EQ(joined(query), "b c");  // the listed change is new
}

TEST_P(SnapshotTest, RefusesASnapshotThatNeverWas) {
  for (const char* id : {"a", "b", "c"}) put(id, "{}", "kept").value();
  Query query;
  query.collection = "kept";
  query.top = 1;
  query.after = store->query("a", query)->next;
  const auto other = store->query("unwritten", query);  // a tenant without that many changes
  ASSERT_FALSE(other.has_value());
  EXPECT_THAT(other.error().message, HasSubstr("skip token"));
}

TEST(Snapshot, HasALimitOfChanges) {
  const Snapshot first{10, {}};
  EXPECT_TRUE(check_readable(first, 10 + past_changes_max, noon, noon));
  const auto refused = check_readable(first, 11 + past_changes_max, noon, noon);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("expired"));
  EXPECT_FALSE(check_readable({11, {}}, 10, std::nullopt, noon));
  EXPECT_FALSE(check_readable({-1, {}}, 10, noon, noon));
}

}  // namespace
}  // namespace vedette::store::testing
