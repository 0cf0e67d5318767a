#include "vedette/tables/event_store.h"

#include <algorithm>
#include <filesystem>
#include <thread>

#include "store_fixture.h"

namespace vedette::tables {
namespace {

TEST(Declarations, AllTablesAreDeclared) {
  EXPECT_EQ(declared_tables().size(), 64u);
  const TableDeclaration* table = find_declaration("DeviceProcessEvents");
  ASSERT_TRUE(table);
  EXPECT_EQ(table->schema[0], (columnar::Column{"Timestamp", Type::datetime}));
  EXPECT_EQ(find_declaration("UnmappedEvents")->visibility, Visibility::hidden);
  EXPECT_EQ(find_declaration("deviceprocessevents"), nullptr);
}

TEST(Declarations, NameTheLineThatIsWrong) {
  EXPECT_NE(parse_declaration("table T\nA text words\n").error().message.find("line 2"), std::string::npos);
  EXPECT_FALSE(parse_declaration("table T\nA string\nA string\n"));
  EXPECT_FALSE(parse_declaration("table T\n"));
}

TEST_F(EventStoreTest, RowsAndStateOutliveTheProcess) {
  {
    auto store = open();
    ASSERT_TRUE(store->commit(commit_of(0, 3, "3")));
    const auto before = store->snapshot();
    ASSERT_TRUE(store->commit(commit_of(3, 2, "5")));
    EXPECT_EQ(numbers_in(*before), sequence(3));
    EXPECT_EQ(before->state("cursor"), "3");
  }
  auto store = open(Access::read_only);
  EXPECT_EQ(numbers_in(*store->snapshot()), sequence(5));
  EXPECT_EQ(store->snapshot()->state("cursor"), "5");
  EXPECT_EQ(store->snapshot()->row_count(table_name), 5);
}

TEST_F(EventStoreTest, ASecondWriterIsRefusedByName) {
  auto store = open();
  const auto second = EventStore::open(files_, folder_, Access::read_write);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, base::ErrorCode::conflict);
  EXPECT_TRUE(EventStore::open(files_, folder_, Access::read_only));
}

TEST_F(EventStoreTest, TimeRangeAndLimitAreHints) {
  auto store = open();
  for (int64_t i = 0; i < 5; ++i) ASSERT_TRUE(store->commit(commit_of(i * 10, 10)));
  kql::ScanRequest request;
  request.batch_rows = 3;
  request.from = base::DateTime{20};
  request.to = base::DateTime{30};
  EXPECT_EQ(numbers_in(*store->snapshot(), request).size(), 10u);
  request.from = request.to = std::nullopt;
  request.limit = 7;
  EXPECT_EQ(numbers_in(*store->snapshot(), request), sequence(7));
}

TEST_F(EventStoreTest, MergingKeepsEveryRowAndRemovesFiles) {
  auto store = open();
  for (int64_t i = 0; i < 20; ++i) ASSERT_TRUE(store->commit(commit_of(i * 5, 5)));
  ASSERT_TRUE(store->merge_small_segments());
  EXPECT_EQ(numbers_in(*store->snapshot()), sequence(100));
  EXPECT_EQ(files_.list_directory(folder_ + "/DeviceEvents")->size(), 1u);
  store.reset();
  EXPECT_EQ(numbers_in(*open()->snapshot()), sequence(100));
}

TEST_F(EventStoreTest, AWriterBringsFormat1ToThisOne) {
  std::filesystem::copy(VEDETTE_SOURCE_DIR "/tests/tables/format_1", folder_,
                        std::filesystem::copy_options::recursive | std::filesystem::copy_options::overwrite_existing);
  ASSERT_TRUE(open()->commit(commit_of(0, 2)));
  EXPECT_EQ(open()->snapshot()->row_count(table_name), 5);
  ASSERT_TRUE(open()->merge_small_segments());
  EXPECT_EQ(open(Access::read_only)->snapshot()->row_count(table_name), 5);
  EXPECT_EQ(files_.list_directory(folder_ + "/DeviceEvents")->size(), 2u);  // they came in on different days
}

TEST_F(EventStoreTest, CommitsOfSeveralThreadsAllArrive) {
  StoreOptions options;
  options.log_rows_max = 40;  // many seals and merges meanwhile
  auto store = open(Access::read_write, options);
  constexpr int64_t threads = 4, commits = 30;
  {
    std::vector<std::jthread> writers;
    for (int64_t t = 0; t < threads; ++t)
      writers.emplace_back([&, t] {
        for (int64_t i = 0; i < commits; ++i) EXPECT_TRUE(store->commit(commit_of((t * commits + i) * 3, 3)));
      });
    for (int i = 0; i < 50; ++i) EXPECT_EQ(numbers_in(*store->snapshot()).size() % 3, 0u);
  }
  auto numbers = numbers_in(*store->snapshot());
  std::sort(numbers.begin(), numbers.end());
  EXPECT_EQ(numbers, sequence(threads * commits * 3));
  store.reset();
  numbers = numbers_in(*open()->snapshot());
  std::sort(numbers.begin(), numbers.end());
  EXPECT_EQ(numbers, sequence(threads * commits * 3));
}

TEST_F(EventStoreTest, RetentionCountsFromIngestion) {
  base::FixedClock clock(base::DateTime{1'000});
  StoreOptions options;
  options.clock = &clock;
  auto store = open(Access::read_write, options);
  ASSERT_TRUE(store->commit(commit_of(0, 4)));
  ASSERT_TRUE(store->merge_small_segments());
  clock.set(base::DateTime{2'000});
  ASSERT_TRUE(store->commit(commit_of(4, 2)));
  ASSERT_TRUE(store->drop_ingested_before(base::DateTime{1'000}));
  EXPECT_EQ(store->snapshot()->row_count(table_name), 6);
  ASSERT_TRUE(store->drop_ingested_before(base::DateTime{2'000}));
  EXPECT_EQ(numbers_in(*store->snapshot()), (std::vector<int64_t>{4, 5}));
  store.reset();
  EXPECT_EQ(numbers_in(*open()->snapshot()), (std::vector<int64_t>{4, 5}));
}

// Merging small segments must not make what is old as young as what came last.
TEST_F(EventStoreTest, RowsOfDifferentDaysAreMergedApart) {
  base::FixedClock clock(base::DateTime{0});
  StoreOptions options;
  options.clock = &clock;
  auto store = open(Access::read_write, options);
  constexpr int64_t days = 40;
  for (int64_t day = 0; day < days; ++day)
    for (int64_t i = 0; i < 3; ++i) {
      clock.set(base::DateTime{(100 + day) * base::ticks_per_day + i});
      ASSERT_TRUE(store->commit(commit_of(day * 3 + i, 1)));
      if (i != 1) {
        ASSERT_TRUE(store->merge_small_segments());
      }
    }
  ASSERT_TRUE(store->drop_ingested_before(base::DateTime{(100 + days - 30) * base::ticks_per_day}));
  auto numbers = numbers_in(*store->snapshot());
  std::sort(numbers.begin(), numbers.end());
  ASSERT_EQ(numbers.size(), 90u);
  EXPECT_EQ(numbers.front(), 30);
}

}  // namespace
}  // namespace vedette::tables
