// The window of time of a hunting query.
#include <gtest/gtest.h>

#include "vedette/resources/hunting/hunting.h"

namespace vedette::resources {
namespace {

const base::DateTime now = *base::parse_iso_date_time("2024-03-31T12:00:00Z");

std::string answer(std::string_view query, const kql::Catalog& tables) {
  HuntingOptions options;
  options.now = now;
  auto body = run_hunting_query(query, tables, options);
  if (!body) return body.error().message;
  std::string text;
  while (auto chunk = (*body)->next_chunk().value()) text += *chunk;
  return text;
}

class Times final : public kql::Catalog, public std::enable_shared_from_this<Times> {
 public:
  class Table final : public kql::TableSource {
   public:
    const columnar::Schema& schema() const override {
      static const columnar::Schema columns{{"Name", columnar::Type::string}, {"Timestamp", columnar::Type::datetime}};
      return columns;
    }
    base::Result<kql::ScanAnswer> scan(const kql::ScanRequest& request, kql::ScanStatistics&) const override {
      struct Rows final : kql::BatchStream {
        base::Result<std::optional<columnar::Batch>> next() override { return std::exchange(batch, std::nullopt); }
        std::optional<columnar::Batch> batch;
      };
      columnar::VectorBuilder names(columnar::Type::string), times(columnar::Type::datetime);
      for (const char* time : {"2024-03-01T11:59:59Z", "2024-03-01T12:00:00Z", "2024-03-30T00:00:00Z"}) {
        names.append_copy(std::string_view(time));
        times.append<int64_t>(base::parse_iso_date_time(time)->ticks);
      }
      names.append_copy(std::string_view("none"));
      times.append_null();
      const columnar::Vector all[] = {names.finish(), times.finish()};
      auto rows = std::make_unique<Rows>();
      rows->batch.emplace();
      rows->batch->rows = 4;
      for (const size_t column : request.columns) rows->batch->columns.push_back(all[column]);
      kql::ScanAnswer answer;
      answer.rows = std::move(rows);
      return answer;
    }
  };
  std::shared_ptr<const kql::TableSource> find(std::string_view) const override { return std::make_shared<Table>(); }
  std::vector<std::string> table_names() const override { return {"T"}; }
};

TEST(HuntingWindow, HidesOtherRows) {
  const auto tables =
      windowed(std::make_shared<Times>(), parse_hunting_request(json::parse(R"({"Query":""})").value(), now)->window);
  EXPECT_EQ(answer("T | project Name", *tables),
            R"({"schema":[{"name":"Name","type":"String"}],"results":[{"Name":"2024-03-01T12:00:00Z"},)"
            R"({"Name":"2024-03-30T00:00:00Z"}]})");
  EXPECT_EQ(answer("T | take 1 | project Name", *tables),
            R"({"schema":[{"name":"Name","type":"String"}],"results":[{"Name":"2024-03-01T12:00:00Z"}]})");
  EXPECT_EQ(answer("T | count", *tables), R"({"schema":[{"name":"Count","type":"Int64"}],"results":[{"Count":2}]})");
}

}  // namespace
}  // namespace vedette::resources
