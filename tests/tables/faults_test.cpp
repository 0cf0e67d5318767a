// What a folder holds after torn and flipped bytes, and kills. Calls that fail are in failing_calls_test.cpp.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <random>

#include "store_fixture.h"
#include "vedette/tables/segment.h"

namespace vedette::tables {
namespace {

constexpr int64_t kept_commits = 40;  // by a writer that drops older ones

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
  constexpr size_t in_the_rows = 20;  // before the end
  damaged[one.size() - in_the_rows] = static_cast<char>(damaged[one.size() - in_the_rows] ^ 1);
  ASSERT_TRUE(io::write_file_durably(files_, log, damaged));
  const auto refused = EventStore::open(files_, folder_, Access::read_write);
  EXPECT_EQ(refused.error().code, base::ErrorCode::corrupt_data);
  EXPECT_EQ(refused.error().cause, log);
  const auto snapshot = open(Access::read_only)->snapshot();
  const auto scan_error = [&](std::string_view table) {
    kql::ScanStatistics statistics;
    const auto answer = snapshot->find(table)->scan({}, statistics);
    return answer ? std::string() : answer.error().cause;
  };
  EXPECT_EQ(scan_error(table_name), log);
  EXPECT_EQ(scan_error("DeviceInfo"), "") << "the record is about another table";
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

// Of a segment whose end is damaged nothing can be read, of one with a damaged block the rest; both stay where they are
// and keep nobody from writing.
TEST_F(EventStoreTest, ADamagedSegmentIsNamedAndTheRestIsRead) {
  constexpr std::string_view other = "DeviceInfo";
  auto store = open();
  const auto commit_both = [&](int64_t first) {
    Commit commit = commit_of(first, 2);
    const auto& schema = find_declaration(other)->schema;
    Batch batch{{}, 1};
    for (const columnar::Column& column : schema) batch.columns.push_back(columnar::constant_null(column.type));
    commit.rows.push_back({std::string(other), {batch}});
    return store->commit(std::move(commit));
  };
  ASSERT_TRUE(commit_both(0));
  ASSERT_TRUE(store->merge_small_segments());
  store.reset();
  const std::string path = folder_ + "/" + std::string(table_name) + "/1.seg";
  const std::string whole = io::read_file(files_, path).value();
  for (const size_t at : {size_t{30}, whole.size() - 40}) {
    std::string flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ 4);
    ASSERT_TRUE(io::write_file_durably(files_, path, flipped));
    store = open();
    ASSERT_TRUE(commit_both(2));
    ASSERT_TRUE(commit_both(4));
    ASSERT_TRUE(store->merge_small_segments());
    EXPECT_TRUE(files_.exists(path));
    EXPECT_GE(store->snapshot()->row_count(other), 3);
    kql::ScanStatistics statistics;
    kql::ScanRequest request;
    for (size_t i = 0; i < find_declaration(table_name)->schema.size(); ++i) request.columns.push_back(i);
    const auto table = store->snapshot()->find(table_name);
    auto answer = table->scan(request, statistics);
    base::Status read;
    if (!answer) read = answer.error();
    for (bool more = read.has_value(); more;) {
      const auto batch = answer->rows->next();
      if (!batch) read = batch.error();
      more = batch && *batch;
    }
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, base::ErrorCode::corrupt_data);
    EXPECT_EQ(read.error().cause, path);
    store.reset();
  }
  ASSERT_TRUE(io::write_file_durably(files_, path, whole));
  EXPECT_EQ(open()->snapshot()->row_count(table_name), 10);
}

// A record whose size points behind the end looks like one that was cut off.
TEST_F(EventStoreTest, AFlippedBitInARecordsSizeIsDamage) {
  auto store = open();
  ASSERT_TRUE(store->commit(commit_of(0, 2)));
  store.reset();
  const std::string log = folder_ + "/WAL.1", whole = io::read_file(files_, log).value();
  constexpr size_t size_at = 8;
  for (size_t bit = 0; bit < 32; ++bit) {
    std::string damaged = whole;
    damaged[size_at + bit / 8] = static_cast<char>(damaged[size_at + bit / 8] ^ (1 << bit % 8));
    ASSERT_TRUE(io::write_file_durably(files_, log, damaged));
    EXPECT_EQ(EventStore::open(files_, folder_, Access::read_write).error().code, base::ErrorCode::corrupt_data) << bit;
  }
  ASSERT_TRUE(io::write_file_durably(files_, log, whole + std::string(5'000, '\0')));
  EXPECT_EQ(numbers_in(*open()->snapshot()), sequence(2)) << "the file grew, and then the power went";
}

// A writer that commits, seals, merges and drops what is old until it dies; an 'x' through the pipe for each commit
// that was acknowledged. Commit i is ingested at the time i.
[[noreturn]] void write_for_ever(io::FileSystem& files, const std::string& folder, int round, int to) {
  base::FixedClock clock(base::DateTime{1});
  StoreOptions options;
  options.clock = &clock;
  options.log_rows_max = round % 2 == 0 ? 20 : 1'000;
  auto store = EventStore::open(files, folder, Access::read_write, options);
  for (int64_t i = 1; store; ++i) {
    clock.set(base::DateTime{i});
    if (!(*store)->commit(commit_of(i * 3, 3, std::to_string(i))) || write(to, "x", 1) != 1) break;
    if (i % 8 == 7 && !(*store)->merge_small_segments()) break;
    if (i % 5 == 4 && !(*store)->drop_ingested_before(base::DateTime{i - kept_commits})) break;
  }
  _exit(1);
}

int soak_rounds() {
  const char* rounds = std::getenv("VEDETTE_SOAK_ROUNDS");
  return rounds ? std::atoi(rounds) : 10;
}

TEST_F(EventStoreTest, KilledAtAnyMomentEveryAcknowledgedRowIsThereOnce) {
  std::mt19937 dice(17);
  for (int round = 0; round < soak_rounds(); ++round) {
    ASSERT_TRUE(io::remove_tree(folder_));
    int pipe_ends[2];
    ASSERT_EQ(pipe(pipe_ends), 0);
    const pid_t writer = fork();
    if (writer == 0) write_for_ever(files_, folder_, round, pipe_ends[1]);
    close(pipe_ends[1]);
    usleep(10'000 + dice() % 200'000);
    kill(writer, SIGKILL);
    waitpid(writer, nullptr, 0);
    int64_t acknowledged = 0;
    for (char x; read(pipe_ends[0], &x, 1) == 1;) ++acknowledged;
    close(pipe_ends[0]);
    const auto store = open();
    auto numbers = numbers_in(*store->snapshot());
    std::sort(numbers.begin(), numbers.end());
    EXPECT_TRUE(std::adjacent_find(numbers.begin(), numbers.end()) == numbers.end()) << "a row is there twice";
    // The one commit that was under way may be there.
    const std::string cursor = store->snapshot()->state("cursor");
    const int64_t last = cursor.empty() ? 0 : std::stoll(cursor);
    EXPECT_TRUE(last == acknowledged || last == acknowledged + 1) << last << ' ' << acknowledged;
    for (int64_t row = std::max<int64_t>(1, last - kept_commits) * 3; row < (last + 1) * 3; ++row)
      EXPECT_TRUE(std::binary_search(numbers.begin(), numbers.end(), row)) << row << " of " << last << " commits";
    EXPECT_TRUE(numbers.empty() || numbers.back() < (last + 1) * 3);
  }
}

}  // namespace
}  // namespace vedette::tables
