// arg_max and arg_min over stored rows, most of which need not be looked at, against a look at every row.
#include <algorithm>
#include <functional>
#include <map>
#include <random>

#include "store_fixture.h"
#include "vedette/kql/exec/engine.h"

namespace vedette::tables {
namespace {

struct Row {
  std::optional<int64_t> time;
  std::string device;
  int64_t id = 0;
};

Batch batch_of(std::span<const Row> rows) {
  Batch batch;
  batch.rows = rows.size();
  for (const columnar::Column& column : find_declaration(table_name)->schema) {
    columnar::VectorBuilder values(column.type);
    for (const Row& row : rows) {
      if (column.name == "Timestamp" && row.time)
        values.append(*row.time);
      else if (column.name == "DeviceName")
        values.append_copy(std::string_view(row.device));
      else if (column.name == "ReportId")
        values.append(row.id);
      else
        values.append_null();
    }
    batch.columns.push_back(values.finish());
  }
  return batch;
}

std::map<std::string, int64_t> best_rows(const std::vector<Row>& rows,
                                         const std::function<bool(int64_t, int64_t)>& wins) {
  std::map<std::string, const Row*> best;
  for (const Row& row : rows) {
    const Row*& known = best[row.device];
    if (row.time && (!known || wins(*row.time, *known->time))) known = &row;
  }
  std::map<std::string, int64_t> out;
  for (const auto& [device, row] : best) out[device] = row->id;
  return out;
}

class LatestRowTest : public EventStoreTest {
 protected:
  std::map<std::string, int64_t> ask(const EventStore& store, const std::string& aggregate, int threads) {
    kql::EngineOptions options;
    options.threads = threads;
    options.batch_rows = 16;
    const auto snapshot = store.snapshot();
    auto run =
        kql::run("DeviceEvents | summarize " + aggregate + "(Timestamp, ReportId) by DeviceName", *snapshot, options);
    EXPECT_TRUE(run) << run.error().message;
    std::map<std::string, int64_t> out;
    while (true) {
      const auto batch = *(*run)->next();
      if (!batch) return out;
      for (size_t row = 0; row < batch->rows; ++row)
        out[std::string(batch->columns[0].view<std::string_view>()[row])] = batch->columns[2].view<int64_t>()[row];
    }
  }

  std::mt19937_64 random_{20'261'130};
};

TEST_F(LatestRowTest, IsThatOfAllRows) {
  constexpr int64_t count = 6'000, parts = 5;
  const std::function<int64_t(int64_t)> times[] = {[](int64_t i) { return i; }, [](int64_t i) { return -i; },
                                                   [](int64_t i) { return i * 7'919 % 6'007; }};
  for (const auto& time : times) {
    for (const bool nulls : {false, true}) {
      EXPECT_TRUE(io::remove_tree(folder_));
      const auto store = open();
      std::vector<Row> rows;
      for (int64_t i = 0; i < count; ++i) {
        const bool null = nulls && random_() % 5 == 0;
        // One device comes in the first or last part only.
        const uint64_t device = random_() % 8;
        rows.push_back({null ? std::nullopt : std::optional(time(i)),
                        "d" + std::to_string(device == 7 && i < count / 2 ? 6 : device), i});
      }
      for (int64_t part = 0; part < parts; ++part) {
        const auto of_part = std::span(rows).subspan(static_cast<size_t>(part * count / parts), count / parts);
        ASSERT_TRUE(store->commit(Commit{.rows = {{std::string(table_name), {batch_of(of_part)}}}, .state = {}}));
      }
      for (const int threads : {1, 2, 3}) {
        EXPECT_EQ(ask(*store, "arg_max", threads), best_rows(rows, std::greater<>())) << threads;
        EXPECT_EQ(ask(*store, "arg_min", threads), best_rows(rows, std::less<>())) << threads;
      }
    }
  }
}

}  // namespace
}  // namespace vedette::tables
