// A scan of a time range reads, and cuts up for its threads, the blocks that may have a row of it.
#include <gtest/gtest.h>

#include <numeric>

#include "integer_block.h"
#include "store_fixture.h"

namespace vedette::tables {
namespace {

constexpr int64_t block = block_rows;
constexpr int64_t far_off = 10'000'000;

kql::ScanRequest request_of(int64_t from, int64_t to, int threads = 1) {
  kql::ScanRequest request;
  request.from = base::DateTime{from}, request.to = base::DateTime{to};
  request.threads = threads;
  return request;
}

class TimeRangeTest : public EventStoreTest {
 protected:
  // One segment: three blocks of rows from 0 on, and one of much later ones.
  TimeRangeTest() {
    const std::vector<Batch> batches{rows_from(0, 3 * block_rows), rows_from(far_off, block_rows)};
    EXPECT_TRUE(store_->commit(Commit{.rows = {{std::string(table_name), batches}}, .state = {}}));
  }

  // The rows of each stream.
  std::vector<size_t> rows_by_stream(const kql::ScanRequest& request, kql::ScanStatistics& statistics) const {
    auto answer = store_->snapshot()->find(table_name)->scan(request, statistics);
    std::vector<kql::BatchStream*> streams{answer->rows.get()};
    for (const auto& stream : answer->more_rows) streams.push_back(stream.get());
    std::vector<size_t> rows(streams.size());
    for (bool more = true; more;) {
      more = false;
      for (size_t i = 0; i < streams.size(); ++i) {
        const auto batch = *streams[i]->next();
        if (batch) more = true, rows[i] += batch->rows;
      }
    }
    return rows;
  }

  const std::unique_ptr<EventStore> store_ = open();
};

TEST_F(TimeRangeTest, ReadsTheBlocksOfTheRange) {
  const struct {
    int64_t from, to, blocks;
  } cases[] = {{0, 1, 1},
               {block - 1, block + 1, 2},
               {block, 2 * block, 1},
               {3 * block - 1, far_off + 1, 2},
               {3 * block, far_off, 0},
               {-10, 2 * far_off, 4},
               {-10, 0, 0},
               {2 * far_off, 3 * far_off, 0}};
  for (const auto& [from, to, blocks] : cases) {
    kql::ScanStatistics statistics;
    rows_by_stream(request_of(from, to), statistics);
    EXPECT_EQ(statistics.rows_scanned, blocks * block) << from << ' ' << to;
  }
  const auto numbers = numbers_in(*store_->snapshot(), request_of(block + 5, block + 7));
  EXPECT_EQ(numbers.front(), block);
  EXPECT_EQ(numbers.back(), 2 * block - 1);
}

TEST_F(TimeRangeTest, SharesTheRangeAmongTheThreads) {
  for (const int threads : {2, 3}) {
    kql::ScanStatistics statistics;
    auto request = request_of(block, 3 * block, threads);
    request.batch_rows = segment_rows_max;
    const auto rows = rows_by_stream(request, statistics);
    EXPECT_EQ(std::accumulate(rows.begin(), rows.end(), size_t{0}), 2 * block_rows);
    for (const size_t of_stream : rows) EXPECT_GT(of_stream, block_rows / 2) << threads;
  }
}

}  // namespace
}  // namespace vedette::tables
