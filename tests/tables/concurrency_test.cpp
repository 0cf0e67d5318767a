// Many hunts at once while rows come, logs are sealed, segments are merged and old ones are dropped.
#include <algorithm>
#include <atomic>
#include <thread>

#include "store_fixture.h"

namespace vedette::tables {
namespace {

constexpr int hunters = 32;
constexpr int64_t commits = 120, rows_of_commit = 20;

// Every snapshot has whole commits, each row once; `dropped` rows may be gone from its beginning.
void hunt(const Snapshot& snapshot, int64_t dropped_until) {
  kql::ScanRequest request;
  request.predicate.emplace();
  request.predicate->op = "startswith";
  request.predicate->column = *columnar::find_column(find_declaration(table_name)->schema, "ActionType");
  request.predicate->constants = {columnar::constant_string("action")};
  request.threads = 1;
  auto numbers = numbers_in(snapshot, std::move(request));
  EXPECT_EQ(std::ssize(numbers), snapshot.row_count(table_name));
  EXPECT_EQ(std::ssize(numbers) % rows_of_commit, 0);
  std::sort(numbers.begin(), numbers.end());
  EXPECT_TRUE(std::adjacent_find(numbers.begin(), numbers.end()) == numbers.end());
  const std::string cursor = snapshot.state("cursor");
  const int64_t last = cursor.empty() ? -1 : std::stoll(cursor);
  const auto from = std::lower_bound(numbers.begin(), numbers.end(), dropped_until * rows_of_commit);
  EXPECT_EQ(std::distance(from, numbers.end()), std::max<int64_t>(0, last + 1 - dropped_until) * rows_of_commit);
}

TEST_F(EventStoreTest, HuntsGoOnWhileRowsCome) {
  base::FixedClock clock(base::DateTime{1});
  StoreOptions options;
  options.clock = &clock;
  options.log_rows_max = 100;
  const auto store = open(Access::read_write, options);
  std::atomic<bool> written = false;
  std::atomic<int64_t> dropped_until = 0, hunts = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < hunters; ++i)
    threads.emplace_back([&] {
      do {
        const auto snapshot = store->snapshot();
        hunt(*snapshot, dropped_until);
        ++hunts;
      } while (!written);
    });
  for (int64_t i = 0; i < commits; ++i) {
    clock.set(base::DateTime{i + 1});
    EXPECT_TRUE(store->commit(commit_of(i * rows_of_commit, rows_of_commit, std::to_string(i))));
    if (i % 40 == 39) {
      EXPECT_TRUE(store->merge_small_segments());
      dropped_until = i - 30;
      EXPECT_TRUE(store->drop_ingested_before(base::DateTime{i - 30 + 1}));
    }
  }
  written = true;
  threads.clear();
  EXPECT_GE(hunts, hunters);
  hunt(*store->snapshot(), dropped_until);
}

}  // namespace
}  // namespace vedette::tables
