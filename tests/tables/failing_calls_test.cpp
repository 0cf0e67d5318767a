// What a folder holds after full disks, failed syncs and exceptions: each call of a writer fails in its turn.
#include <atomic>
#include <thread>

#include "store_fixture.h"
#include "vedette/io/faulty_file_system.h"

namespace vedette::tables {
namespace {

// A folder that cannot take segments any more still takes commits until two logs are full, and then refuses.
TEST_F(EventStoreTest, WhenSealingFailsCommitsEndInItsError) {
  StoreOptions options;
  options.log_rows_max = 4;
  auto store = open(Access::read_write, options);
  ASSERT_TRUE(io::write_file_durably(files_, folder_ + "/DeviceEvents", "a file in the place of the folder"));
  int64_t taken = 0;
  base::Status last;
  for (; taken < 50; ++taken)
    if (last = store->commit(commit_of(taken * 2, 2)); !last) break;
  ASSERT_FALSE(last);
  EXPECT_EQ(numbers_in(*store->snapshot()), sequence(taken * 2));
  ASSERT_TRUE(files_.remove_file(folder_ + "/DeviceEvents"));
  ASSERT_TRUE(store->merge_small_segments());
  ASSERT_TRUE(store->commit(commit_of(taken * 2, 2)));
  EXPECT_EQ(numbers_in(*store->snapshot()), sequence(taken * 2 + 2));
}

// What is done with a folder while one of the calls fails; the number of commits that were acknowledged.
int64_t write_with_faults(io::FileSystem& files, const std::string& folder) {
  base::FixedClock clock(base::DateTime{1'000});
  StoreOptions options;
  options.clock = &clock;
  auto store = EventStore::open(files, folder, Access::read_write, options);
  int64_t acknowledged = 0;
  for (int round = 0; store && round < 2; ++round) {
    for (int i = 0; i < 3; ++i)
      if ((*store)->commit(commit_of(acknowledged * 2, 2, std::to_string(acknowledged)))) ++acknowledged;
    (void)(*store)->drop_ingested_before(clock.now());  // there is nothing older
    if ((*store)->merge_small_segments()) {
      EXPECT_EQ((*store)->snapshot()->row_count(table_name), acknowledged * 2);
    }
  }
  return acknowledged;
}

TEST_F(EventStoreTest, NoAcknowledgedRowIsLostWhicheverCallFails) {
  for (const io::Fault fault : {io::Fault::no_space, io::Fault::torn_write, io::Fault::sync_failure,
                                io::Fault::one_failure, io::Fault::exception}) {
    bool failed = true;
    for (int64_t fail_at = 1; failed; ++fail_at) {
      ASSERT_LT(fail_at, 1'000);
      ASSERT_TRUE(io::remove_tree(folder_));
      auto faulty = io::make_faulty_file_system(files_);
      faulty->arm(fail_at, fault);
      int64_t acknowledged = write_with_faults(*faulty, folder_);
      failed = faulty->calls() >= fail_at;
      faulty->heal();
      // A commit whose sync failed is in doubt: it may be there, whole, but no other follows it.
      const auto store = open();
      const auto numbers = numbers_in(*store->snapshot());
      if (std::ssize(numbers) > acknowledged * 2) ++acknowledged;
      EXPECT_EQ(numbers, sequence(acknowledged * 2)) << static_cast<int>(fault) << ' ' << fail_at;
      EXPECT_EQ(store->snapshot()->state("cursor"), acknowledged == 0 ? "" : std::to_string(acknowledged - 1));
      EXPECT_TRUE(store->commit(commit_of(acknowledged * 2, 1)));
      EXPECT_TRUE(store->merge_small_segments());
      EXPECT_EQ(numbers_in(*store->snapshot()), sequence(acknowledged * 2 + 1));
    }
  }
}

std::vector<std::string> segment_files(io::FileSystem& files, const std::string& folder) {
  auto names = files.list_directory(folder + "/" + std::string(table_name));
  return names ? *names : std::vector<std::string>();
}

// What a seal that failed has written goes at once, not when the folder is next opened.
TEST_F(EventStoreTest, AFailedSealLeavesNoSegments) {
  bool failed = true;
  int64_t fail_at = 1;
  for (; failed; ++fail_at) {
    ASSERT_TRUE(io::remove_tree(folder_));
    auto faulty = io::make_faulty_file_system(files_);
    {
      auto store = std::move(*EventStore::open(*faulty, folder_, Access::read_write));
      ASSERT_TRUE(store->commit(commit_of(0, 3)));
      faulty->arm(fail_at, io::Fault::one_failure);
      (void)store->merge_small_segments();  // succeeds when it was the background's seal that failed
      failed = faulty->calls() >= fail_at;
      faulty->heal();
    }
    const auto left = segment_files(files_, folder_);
    EXPECT_EQ(numbers_in(*open()->snapshot()), sequence(3));
    EXPECT_EQ(left, segment_files(files_, folder_)) << "opening the folder removed something after fault " << fail_at;
  }
  EXPECT_GT(fail_at, 6) << "a seal makes more calls that can fail";
}

// Those who wait for a group that an exception ended must not wait for ever.
TEST_F(EventStoreTest, AnExceptionIsAnErrorOfEveryCommitOfItsGroup) {
  constexpr int writers = 8;
  for (int64_t fail_at = 1; fail_at < 12; ++fail_at) {
    ASSERT_TRUE(io::remove_tree(folder_));
    auto faulty = io::make_faulty_file_system(files_);
    auto store = std::move(*EventStore::open(*faulty, folder_, Access::read_write));
    faulty->arm(fail_at, io::Fault::exception);
    std::atomic<int64_t> acknowledged = 0;
    std::vector<std::jthread> threads;
    for (int i = 0; i < writers; ++i)
      threads.emplace_back([&, i] { acknowledged += store->commit(commit_of(i, 1)).has_value(); });
    threads.clear();
    (void)store->merge_small_segments();
    (void)store->merge_small_segments();
    const auto seen = std::ssize(numbers_in(*store->snapshot()));
    EXPECT_EQ(seen, acknowledged);
    store.reset();
    EXPECT_EQ(std::ssize(numbers_in(*open()->snapshot())), acknowledged) << fail_at;
  }
}

}  // namespace
}  // namespace vedette::tables
