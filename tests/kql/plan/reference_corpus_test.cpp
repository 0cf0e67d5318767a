// Names and types of results against the reference corpora, where they are present: VEDETTE_SHARED, else ../shared
// beside the source. Every case of schema-cases.jsonl must agree: bound to the same schema, or refused.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>

#include "test_catalog.h"
#include "vedette/json/value.h"

namespace vedette::kql {
namespace {

std::filesystem::path corpus(const char* name) {
  const char* shared = std::getenv("VEDETTE_SHARED");
  const std::filesystem::path root = shared ? shared : std::filesystem::path(VEDETTE_SOURCE_DIR) / "../shared";
  return root / "reference/kql" / name;
}

TestCatalog catalog_of(const json::Value& tables) {
  TestCatalog catalog;
  for (const auto& [name, columns] : tables.as_object()) {
    columnar::Schema schema;
    for (const auto& [column, type] : columns.as_object())
      schema.push_back({std::string(column), columnar::parse_type(std::string_view(type.as_string())).value()});
    catalog.add(std::string(name), std::move(schema));
  }
  return catalog;
}

std::string expected_schema(const json::Value& test) {
  if (!json::find(test, "ok")->as_bool()) return "semantic_error";
  std::string out;
  const json::Value& columns = *json::find(test, "columns");
  if (!columns.is_array()) return "no table";
  for (const json::Value& column : columns.as_array())
    out += (out.empty() ? "" : " ") + std::string(json::find_string(column, "name")) + ":" +
           std::string(json::find_string(column, "type"));
  return out;
}

struct Score {
  int right = 0, refused = 0, wrong = 0;
  std::map<std::string, int> refusals;
  void print(const char* name) const {
    const int all = right + refused + wrong;
    std::cout << name << ": " << right << " of " << all << " right (" << (all ? 100 * right / all : 0) << " %), "
              << refused << " refused, " << wrong << " wrong\n";
    for (const auto& [message, count] : refusals) std::cout << "  " << count << "x " << message << "\n";
  }
};

// Where the engine's recorded answers contradict the binder's table, the engine is right: its rows are what a query
// gets. What is expected here instead; the page docs/reference/kql/support.md shows an example of each.
struct Overruled {
  std::string_view id, part, instead;  // a part of the binder's schema ("": all), and what the engine gives there
};
constexpr Overruled overruled[] = {
    {"schema:097", "ColumnOrdinal:long", "ColumnOrdinal:int"},
    {"schema:104", "", "semantic_error"},  // scan takes rows in order only
    {"schema:112", "print_8:long", "print_8:real"},
    {"schema:140", "semantic_error", "count_s:long"},
};

std::string engine_schema(std::string_view id, std::string expected) {
  for (const Overruled& one : overruled) {
    if (one.id != id) continue;
    if (one.part.empty()) return std::string(one.instead);
    const size_t at = expected.find(one.part);
    EXPECT_NE(at, std::string::npos) << id << ": " << expected;
    if (at != std::string::npos) expected.replace(at, one.part.size(), one.instead);
  }
  return expected;
}

// The corpus's tables are empty.
base::Result<columnar::Batch> no_rows(const PlanNode& plan, const std::vector<Subplan>&) {
  columnar::Batch batch;
  for (const columnar::Column& column : plan.output)
    batch.columns.push_back(columnar::VectorBuilder(column.type).finish());
  return batch;
}

base::Result<BoundQuery> bind_over_empty_tables(const std::string& text, const Catalog& catalog) {
  const Query query = TRY(parse_or_error(text));
  BindOptions options;
  options.now = base::DateTime{base::unix_epoch_ticks};
  options.rows_of_plan = no_rows;
  return bind(query, catalog, options);
}

void check(const json::Value& test, Score& score) {
  const std::string query(json::find_string(test, "query"));
  const TestCatalog catalog = catalog_of(*json::find(test, "tables"));
  const auto bound = bind_over_empty_tables(query, catalog);
  const std::string expected = engine_schema(json::find_string(test, "id"), expected_schema(test));
  const bool binds = expected != "semantic_error" && expected != "no table";
  if (!bound && (binds || bound.error().code == base::ErrorCode::not_supported)) {
    ++score.refused;
    ++score.refusals[bound.error().message];
    return;
  }
  const std::string got = bound ? schema_text(bound->root->output) : base::to_string(bound.error().code);
  const bool same = got == expected || (bound && expected == "no table");  // facet and consume: of no one table
  ++(same ? score.right : score.wrong);
  EXPECT_TRUE(same) << "got " << got << ", expected " << expected << ", " << json::find_string(test, "id") << ": "
                    << query << "\n"
                    << (bound ? "" : bound.error().message);
}

TEST(ReferenceCorpus, SchemasAgree) {
  const auto path = corpus("schema-cases.jsonl");
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
  Score score;
  std::ifstream lines(path);
  for (std::string line; std::getline(lines, line);) {
    check(json::parse(line).value(), score);
  }
  score.print("schema-cases");
  EXPECT_EQ(score.refused, 0);
}

}  // namespace
}  // namespace vedette::kql
