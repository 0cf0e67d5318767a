#include "vedette/tables/event_store.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vedette/io/faulty_file_system.h"
#include "vedette/tables/declaration.h"
#include "vedette/tables/segment.h"

namespace vedette::tables {
namespace {

using columnar::Batch;
using columnar::Type;

constexpr std::string_view table_name = "DeviceEvents";

// `rows` rows of DeviceEvents, numbered from `first` on: the number is in the columns Timestamp and ActionType.
Batch rows_from(int64_t first, size_t rows) {
  Batch batch;
  batch.rows = rows;
  for (const columnar::Column& column : find_declaration(table_name)->schema) {
    columnar::VectorBuilder values(column.type);
    for (size_t i = 0; i < rows; ++i) {
      const int64_t number = first + static_cast<int64_t>(i);
      if (column.name == "Timestamp")
        values.append(number);
      else if (column.name == "ActionType")
        values.append_copy(std::string_view("Action" + std::to_string(number)));
      else
        values.append_null();
    }
    batch.columns.push_back(values.finish());
  }
  return batch;
}

Commit commit_of(int64_t first, size_t rows, std::string cursor = {}) {
  Commit commit;
  commit.rows.push_back({std::string(table_name), {rows_from(first, rows)}});
  if (!cursor.empty()) commit.state["cursor"] = std::move(cursor);
  return commit;
}

// Every Timestamp number in the order of the scan; checks that ActionType agrees.
std::vector<int64_t> numbers_in(const Snapshot& snapshot, kql::ScanRequest request = {}) {
  const auto table = snapshot.find(table_name);
  kql::ScanStatistics statistics;
  request.columns = {*columnar::find_column(table->schema(), "Timestamp"),
                     *columnar::find_column(table->schema(), "ActionType")};
  auto answer = table->scan(request, statistics);
  EXPECT_TRUE(answer) << answer.error().message;
  std::vector<int64_t> numbers;
  while (true) {
    auto batch = answer->rows->next();
    EXPECT_TRUE(batch) << batch.error().message;
    if (!batch || !*batch) return numbers;
    for (size_t row = 0; row < (*batch)->rows; ++row) {
      numbers.push_back((*batch)->columns[0].view<int64_t>()[row]);
      EXPECT_EQ((*batch)->columns[1].view<std::string_view>()[row], "Action" + std::to_string(numbers.back()));
    }
  }
}

std::vector<int64_t> sequence(int64_t count) {
  std::vector<int64_t> numbers;
  for (int64_t i = 0; i < count; ++i) numbers.push_back(i);
  return numbers;
}

class EventStoreTest : public testing::Test {
 protected:
  EventStoreTest() {
    char name[] = "/tmp/vedette-tables-XXXXXX";
    folder_ = mkdtemp(name);
  }
  ~EventStoreTest() override { EXPECT_TRUE(io::remove_tree(folder_)); }
  std::unique_ptr<EventStore> open(Access access = Access::read_write) {
    auto store = EventStore::open(files_, folder_, access);
    EXPECT_TRUE(store) << store.error().message << store.error().cause;
    return std::move(*store);
  }
  io::FileSystem& files_ = io::posix_file_system();
  std::string folder_;
};

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

TEST_F(EventStoreTest, AFlippedBitIsNamedWhereverItIs) {
  auto store = open();
  ASSERT_TRUE(store->commit(commit_of(0, 50)));
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

TEST_F(EventStoreTest, ATornLastRecordIsDroppedAndDamageBeforeIsNamed) {
  auto store = open();
  ASSERT_TRUE(store->commit(commit_of(0, 2)));
  const std::string one = io::read_file(files_, folder_ + "/MANIFEST").value();
  ASSERT_TRUE(store->commit(commit_of(2, 2)));
  store.reset();
  const std::string two = io::read_file(files_, folder_ + "/MANIFEST").value();
  for (size_t size = one.size(); size < two.size(); ++size) {
    ASSERT_TRUE(io::write_file_durably(files_, folder_ + "/MANIFEST", two.substr(0, size)));
    EXPECT_EQ(numbers_in(*open(Access::read_only)->snapshot()), sequence(2)) << size;
  }
  std::string damaged = two;
  damaged[one.size() - 1] = static_cast<char>(damaged[one.size() - 1] ^ 1);
  ASSERT_TRUE(io::write_file_durably(files_, folder_ + "/MANIFEST", damaged));
  EXPECT_EQ(EventStore::open(files_, folder_, Access::read_only).error().code, base::ErrorCode::corrupt_data);
  ASSERT_TRUE(io::write_file_durably(files_, folder_ + "/MANIFEST", "VDMAN99\n"));
  EXPECT_EQ(EventStore::open(files_, folder_, Access::read_only).error().code, base::ErrorCode::not_supported);
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
      auto store = EventStore::open(files_, folder_, Access::read_write);
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
    const auto numbers = numbers_in(*open()->snapshot());
    EXPECT_GE(static_cast<int64_t>(numbers.size()), acknowledged * 3);
    EXPECT_EQ(numbers, sequence(static_cast<int64_t>(numbers.size())));
  }
}

}  // namespace
}  // namespace vedette::tables
