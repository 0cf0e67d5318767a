// The cases of tests/kql/*.kqlt over stored segments: with encodings, term index and zone maps, and without them. The
// constant rows of a query (datatable) are stored too: after binding, a scan of a table stands in their place.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>

#include "../kql/exec/kqlt_run.h"
#include "execution.h"
#include "optimizer.h"
#include "plan_walk.h"
#include "stored_table.h"

namespace vedette::tables {
namespace {

using kql::NodeKind;
using kql::PlanNode;
using kql::PlanPtr;

struct Setting {
  const char* name;
  Encodings encodings;
  TermIndex terms;
  ZoneMaps zone_maps;
  size_t segment_rows;
};
constexpr Setting settings[] = {
    {"all", Encodings::compact, TermIndex::on, ZoneMaps::on, 3},
    {"none", Encodings::plain, TermIndex::none, ZoneMaps::none, 3},
    {"index, one segment", Encodings::plain, TermIndex::on, ZoneMaps::none, segment_rows_max},
    {"zone maps, a segment a row", Encodings::plain, TermIndex::none, ZoneMaps::on, 1},
    {"encodings, one segment", Encodings::compact, TermIndex::none, ZoneMaps::none, segment_rows_max},
};

class StoredTables {
 public:
  explicit StoredTables(const Setting& setting) : setting_(setting) {}

  std::shared_ptr<const kql::TableSource> make(columnar::Schema schema, const columnar::Batch& rows) {
    TableDeclaration& declaration = declarations_.emplace_back();
    declaration.name = "Stored";
    declaration.schema = std::move(schema);
    SegmentOptions options;
    options.encodings = setting_.encodings;
    options.terms = setting_.terms;
    options.zone_maps = setting_.zone_maps;
    options.indexed_values_min = 1;
    const auto cache = std::make_shared<SegmentCache>(1 << 20);
    auto segments = std::make_shared<Segments>();
    for (size_t at = 0; at < rows.rows; at += setting_.segment_rows) {
      const columnar::Batch part = rows.slice(at, std::min(setting_.segment_rows, rows.rows - at));
      auto bytes = encode_segment(declaration.schema, {&part, 1}, options);
      EXPECT_TRUE(bytes) << bytes.error().message;
      segments->push_back(Segment::of_bytes(std::move(*bytes), "a table of a test", cache).value());
    }
    return std::make_shared<StoredTable>(declaration, std::move(segments), cache);
  }

  // The plan with scans instead of constant rows.
  void store_rows(PlanPtr& plan) {
    kql::for_each_child(*plan, [&](PlanPtr& child, bool) { store_rows(child); });
    if (plan->kind != NodeKind::values || plan->output.empty()) return;
    const auto& values = static_cast<const kql::ValuesNode&>(*plan);
    auto scan = std::make_unique<kql::ScanNode>();
    scan->output = plan->output;
    scan->span = plan->span;
    scan->table_name = "Stored";
    scan->table = make(plan->output, values.rows);
    for (size_t i = 0; i < plan->output.size(); ++i) scan->request.columns.push_back(i);
    plan = std::move(scan);
    ++stored_;
  }
  size_t stored() const { return stored_; }

 private:
  const Setting& setting_;
  std::deque<TableDeclaration> declarations_;
  size_t stored_ = 0;
};

base::Result<std::unique_ptr<kql::Execution>> run_stored(std::string_view text, const kql::Catalog& catalog,
                                                         const kql::EngineOptions& options, StoredTables& tables) {
  const kql::Query query = TRY(kql::parse_or_error(text));
  kql::ScanStatistics statistics;
  kql::BindOptions bind_options{options.now, kql::Optimizer::off};
  bind_options.rows_of_plan = [&](const PlanNode& plan, const std::vector<kql::Subplan>& subplans) {
    return kql::rows_of(plan, subplans, options, statistics);
  };
  auto bound = std::make_shared<kql::BoundQuery>(TRY(kql::bind(query, catalog, bind_options)));
  tables.store_rows(bound->root);
  for (kql::Subplan& subplan : bound->subplans) tables.store_rows(subplan.plan);
  kql::optimize(*bound);
  return kql::start(std::move(bound), options);
}

class StoredKqlt : public testing::TestWithParam<std::string> {};

TEST_P(StoredKqlt, AnswersAsExpected) {
  const std::string path = kql::testing::kqlt_path(GetParam());
  std::vector<kql::testing::KqltCase> cases = kql::testing::read_kqlt(path);
  for (const Setting& setting : settings) {
    StoredTables tables(setting);
    const kql::EngineOptions options = kql::testing::kqlt_options();
    const auto make_table = [&](columnar::Schema schema, const columnar::Batch& rows) {
      return tables.make(std::move(schema), rows);
    };
    const auto run = [&](std::string_view text, const kql::Catalog& catalog, const kql::EngineOptions& run_options) {
      return run_stored(text, catalog, run_options, tables);
    };
    kql::testing::run_kqlt(path, cases, setting.name, options, make_table, false, run);
    const bool rows = std::any_of(cases.begin(), cases.end(), [](const auto& one) {
      return one.table.empty() && one.query.starts_with("datatable") && !one.expected[0].starts_with("error");
    });
    EXPECT_TRUE(!rows || tables.stored() > 0) << "no rows were stored";
  }
}

INSTANTIATE_TEST_SUITE_P(Files, StoredKqlt, testing::ValuesIn(kql::testing::kqlt_file_names()), [](const auto& file) {
  std::string name = file.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace vedette::tables
