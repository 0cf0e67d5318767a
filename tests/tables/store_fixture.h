// A store in a folder of its own, and rows of which each is known by a number.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include "vedette/tables/declaration.h"
#include "vedette/tables/event_store.h"

namespace vedette::tables {

using columnar::Batch;
using columnar::Type;

inline constexpr std::string_view table_name = "DeviceEvents";

// `rows` rows of DeviceEvents, numbered from `first` on: the number is in the columns Timestamp and ActionType.
inline Batch rows_from(int64_t first, size_t rows) {
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

inline Commit commit_of(int64_t first, size_t rows, std::string cursor = {}) {
  Commit commit;
  commit.rows.push_back({std::string(table_name), {rows_from(first, rows)}});
  if (!cursor.empty()) commit.state["cursor"] = std::move(cursor);
  return commit;
}

// Every Timestamp number in the order of the scan; checks that ActionType agrees.
inline std::vector<int64_t> numbers_in(const Snapshot& snapshot, kql::ScanRequest request = {}) {
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

inline std::vector<int64_t> sequence(int64_t count) {
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
  std::unique_ptr<EventStore> open(Access access = Access::read_write, const StoreOptions& options = {}) {
    auto store = EventStore::open(files_, folder_, access, options);
    EXPECT_TRUE(store) << store.error().message << store.error().cause;
    return std::move(*store);
  }
  io::FileSystem& files_ = io::posix_file_system();
  std::string folder_;
};

}  // namespace vedette::tables
