// What a folder holds after full disks, failed syncs, torn and flipped bytes, and kills.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "store_fixture.h"
#include "vedette/io/faulty_file_system.h"
#include "vedette/tables/segment.h"

namespace vedette::tables {
namespace {

TEST_F(EventStoreTest, AFlippedBitIsNamedWhereverItIs) {
  auto store = open();
  ASSERT_TRUE(store->commit(commit_of(0, 50)));
  ASSERT_TRUE(store->merge_small_segments());
  store.reset();
  const std::string path = folder_ + "/DeviceEvents/1.seg";
  const std::string whole = io::read_file(files_, path).value();
  int named = 0;
  for (size_t at = 0; at < whole.size(); ++at) {
    std::string flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ 4);
    ASSERT_TRUE(io::write_file_durably(files_, path, flipped));
    auto segment = Segment::open(files_, path);
    if (!segment) {
      EXPECT_EQ(segment.error().code, base::ErrorCode::corrupt_data);
      ++named;
      continue;
    }
    int64_t bytes_read = 0;
    for (const columnar::Column& column : find_declaration(table_name)->schema)
      if (auto values = (*segment)->read(column, bytes_read); !values) {
        EXPECT_EQ(values.error().code, base::ErrorCode::corrupt_data);
        ++named;
      }
  }
  EXPECT_GE(named, static_cast<int>(whole.size()) - 8);  // the head's magic is checked by its end
}

// Of the log and of the manifest.
TEST_F(EventStoreTest, ATornLastRecordIsDroppedAndDamageBeforeIsNamed) {
  auto store = open();
  ASSERT_TRUE(store->commit(commit_of(0, 2)));
  const std::string log = folder_ + "/WAL.1", manifest = folder_ + "/MANIFEST";
  const std::string one = io::read_file(files_, log).value();
  ASSERT_TRUE(store->commit(commit_of(2, 2)));
  store.reset();
  const std::string two = io::read_file(files_, log).value();
  for (size_t size = one.size(); size < two.size(); size += 7) {
    ASSERT_TRUE(io::write_file_durably(files_, log, two.substr(0, size)));
    EXPECT_EQ(numbers_in(*open(Access::read_only)->snapshot()), sequence(2)) << size;
  }
  std::string damaged = two;
  damaged[one.size() - 1] = static_cast<char>(damaged[one.size() - 1] ^ 1);
  ASSERT_TRUE(io::write_file_durably(files_, log, damaged));
  const auto refused = EventStore::open(files_, folder_, Access::read_only);
  EXPECT_EQ(refused.error().code, base::ErrorCode::corrupt_data);
  EXPECT_EQ(refused.error().cause, log);
  ASSERT_TRUE(io::write_file_durably(files_, log, two));
  ASSERT_TRUE(open()->merge_small_segments());
  const std::string sealed = io::read_file(files_, manifest).value();
  ASSERT_TRUE(open()->commit(commit_of(4, 1)));
  ASSERT_TRUE(open()->merge_small_segments());
  const std::string later = io::read_file(files_, manifest).value();
  damaged = later;
  damaged[sealed.size() - 1] = static_cast<char>(damaged[sealed.size() - 1] ^ 1);
  ASSERT_TRUE(io::write_file_durably(files_, manifest, damaged));
  EXPECT_EQ(EventStore::open(files_, folder_, Access::read_only).error().code, base::ErrorCode::corrupt_data);
  ASSERT_TRUE(io::write_file_durably(files_, manifest, "VDMAN99\n"));
  EXPECT_EQ(EventStore::open(files_, folder_, Access::read_only).error().code, base::ErrorCode::not_supported);
}

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

TEST_F(EventStoreTest, NoAcknowledgedRowIsLostWhicheverCallFails) {
  for (const io::Fault fault : {io::Fault::no_space, io::Fault::torn_write, io::Fault::sync_failure}) {
    for (int64_t fail_at = 1; fail_at < 40; ++fail_at) {
      ASSERT_TRUE(io::remove_tree(folder_));
      auto faulty = io::make_faulty_file_system(files_);
      int64_t acknowledged = 0;
      {
        auto store = EventStore::open(*faulty, folder_, Access::read_write);
        ASSERT_TRUE(store);
        faulty->arm(fail_at, fault);
        for (int i = 0; i < 4; ++i)
          if ((*store)->commit(commit_of(acknowledged * 2, 2))) ++acknowledged;
        if ((*store)->merge_small_segments()) {
          EXPECT_EQ((*store)->snapshot()->row_count(table_name), acknowledged * 2);
        }
        faulty->heal();
      }
      // A commit whose sync failed is in doubt: it may be there, whole, but no other follows it.
      const auto numbers = numbers_in(*open()->snapshot());
      if (std::ssize(numbers) > acknowledged * 2) ++acknowledged;
      EXPECT_EQ(numbers, sequence(acknowledged * 2)) << static_cast<int>(fault) << ' ' << fail_at;
    }
  }
}

// The writer reports each acknowledged commit through a pipe and is killed at some moment.
TEST_F(EventStoreTest, KilledAtAnyMomentEveryAcknowledgedRowIsThereOnce) {
  for (int round = 0; round < 10; ++round) {
    ASSERT_TRUE(io::remove_tree(folder_));
    int pipe_ends[2];
    ASSERT_EQ(pipe(pipe_ends), 0);
    const pid_t writer = fork();
    if (writer == 0) {
      StoreOptions options;
      options.log_rows_max = round % 2 == 0 ? 20 : 1'000;
      auto store = EventStore::open(files_, folder_, Access::read_write, options);
      for (int64_t i = 0; store && (*store)->commit(commit_of(i * 3, 3)); ++i) {
        if (i % 8 == 7 && !(*store)->merge_small_segments()) break;
        if (write(pipe_ends[1], "x", 1) != 1) break;
      }
      _exit(1);
    }
    close(pipe_ends[1]);
    usleep(20'000 + round * 17'000);
    kill(writer, SIGKILL);
    waitpid(writer, nullptr, 0);
    int64_t acknowledged = 0;
    for (char x; read(pipe_ends[0], &x, 1) == 1;) ++acknowledged;
    close(pipe_ends[0]);
    auto numbers = numbers_in(*open()->snapshot());
    EXPECT_GE(static_cast<int64_t>(numbers.size()), acknowledged * 3);
    std::sort(numbers.begin(), numbers.end());
    EXPECT_EQ(numbers, sequence(static_cast<int64_t>(numbers.size())));
  }
}

}  // namespace
}  // namespace vedette::tables
