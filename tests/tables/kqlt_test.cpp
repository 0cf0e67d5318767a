// The cases of tests/kql/*.kqlt over stored segments: with the term index and zone maps, and without them.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>

#include "../kql/exec/kqlt_run.h"
#include "stored_table.h"

namespace vedette::tables {
namespace {

struct Setting {
  const char* name;
  TermIndex terms;
  ZoneMaps zone_maps;
  size_t segment_rows;
  int threads;
};
constexpr Setting settings[] = {
    {"index and zone maps", TermIndex::on, ZoneMaps::on, 3, 1},
    {"neither index nor zone maps", TermIndex::none, ZoneMaps::none, 3, 1},
    {"index, one segment", TermIndex::on, ZoneMaps::none, segment_rows_max, 1},
    {"zone maps, a segment a row", TermIndex::none, ZoneMaps::on, 1, 1},
};

class StoredTables {
 public:
  std::shared_ptr<const kql::TableSource> make(columnar::Schema schema, const columnar::Batch& rows,
                                               const Setting& setting) {
    TableDeclaration& declaration = declarations_.emplace_back();
    declaration.name = "Stored";
    declaration.schema = std::move(schema);
    SegmentOptions options;
    options.terms = setting.terms;
    options.zone_maps = setting.zone_maps;
    options.indexed_values_min = 1;
    const auto cache = std::make_shared<SegmentCache>(1 << 20);
    auto segments = std::make_shared<Segments>();
    for (size_t at = 0; at < rows.rows; at += setting.segment_rows) {
      const columnar::Batch part = rows.slice(at, std::min(setting.segment_rows, rows.rows - at));
      auto bytes = encode_segment(declaration.schema, {&part, 1}, options);
      EXPECT_TRUE(bytes) << bytes.error().message;
      segments->push_back(Segment::of_bytes(std::move(*bytes), "a table of a test", cache).value());
    }
    return std::make_shared<StoredTable>(declaration, std::move(segments), cache);
  }

 private:
  std::deque<TableDeclaration> declarations_;
};

class StoredKqlt : public testing::TestWithParam<std::string> {};

TEST_P(StoredKqlt, AnswersAsExpected) {
  const std::string path = kql::testing::kqlt_path(GetParam());
  std::vector<kql::testing::KqltCase> cases = kql::testing::read_kqlt(path);
  if (std::none_of(cases.begin(), cases.end(), [](const auto& one) { return !one.table.empty(); })) return;
  for (const Setting& setting : settings) {
    StoredTables tables;
    kql::EngineOptions options = kql::testing::kqlt_options();
    options.threads = setting.threads;
    const auto make_table = [&](columnar::Schema schema, const columnar::Batch& rows) {
      return tables.make(std::move(schema), rows, setting);
    };
    kql::testing::run_kqlt(path, cases, setting.name, options, make_table, false);
  }
}

INSTANTIATE_TEST_SUITE_P(Files, StoredKqlt, testing::ValuesIn(kql::testing::kqlt_file_names()), [](const auto& file) {
  std::string name = file.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace vedette::tables
