// Real telemetry through the connectors: every record accounted for, and facts known about it found again in KQL, in
// memory and from a store.
// Skips where there is no shared data (shared_data.h).
// VEDETTE_TELEMETRY=TEXT takes only the files whose names have TEXT in them, and prints what became of each.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "file_tables.h"
#include "shared_data.h"
#include "stored_tables.h"
#include "telemetry_facts.h"
#include "test_connector.h"
#include "vedette/base/clock.h"
#include "vedette/ingest/pipeline.h"
#include "vedette/io/file_system.h"
#include "vedette/kql/exec/engine.h"

namespace vedette::ingest {
namespace {

namespace fs = std::filesystem;

json::Value read_json(const fs::path& path) {
  std::ifstream file(path);
  const auto value = json::parse(std::string(std::istreambuf_iterator<char>(file), {}));
  return value ? *value : json::Value();
}

std::string text(const json::Value& object, std::string_view name) {
  return std::string(json::find_string(object, name));
}

// A query's rows: of two columns as an object (name, value), of one as an array.
base::Result<json::Value> rows_of_query(const kql::Catalog& catalog, const std::string& query) {
  const auto execution = TRY(kql::run(query, catalog, {}));
  json::Object pairs;
  json::Array values;
  while (const auto batch = TRY(execution->next())) {
    for (size_t row = 0; row < batch->rows; ++row) {
      std::string first, last;
      append_json(first, batch->columns.front(), row);
      append_json(last, batch->columns.back(), row);
      auto value = TRY(json::parse(last));
      if (batch->columns.size() == 1)
        values.push_back(std::move(value));
      else
        pairs[TRY(json::parse(first)).as_string()] = std::move(value);
    }
  }
  return execution->schema().size() == 1 ? json::Value(std::move(values)) : json::Value(std::move(pairs));
}

void check_question(const Question& question, const json::Value& fact, const kql::Catalog& tables) {
  const std::string id = text(fact, "id") + "." + std::string(question.expected);
  const json::Value* expected = json::find(fact, "expected");
  if (!question.expected.empty()) expected = json::find(*expected, question.expected);
  ASSERT_NE(expected, nullptr) << id;
  const auto found = rows_of_query(tables, std::string(question.query));
  ASSERT_TRUE(found.has_value()) << id << ": " << found.error().message << "\n" << question.query;
  switch (question.comparison) {
    case Comparison::equal:
      EXPECT_EQ(*found, *expected) << id;
      break;
    case Comparison::one_value:
      ASSERT_EQ(found->as_array().size(), 1u) << id;
      EXPECT_EQ(found->as_array()[0], *expected) << id;
      break;
    case Comparison::contains:
      for (const auto& member : expected->as_object()) {
        const json::Value* value = json::find(*found, member.key());
        EXPECT_TRUE(value && *value == member.value()) << id << " " << member.key() << " in " << *found;
      }
      break;
  }
}

void check_facts(const json::Value& facts, const std::string& file, const kql::Catalog& tables, size_t& checked) {
  for (const auto& fact : facts.as_array()) {
    if (text(fact, "dataset") != file) continue;
    size_t questions = 0;
    for (const auto& question : telemetry_questions) {
      if (question.fact != text(fact, "id")) continue;
      ++questions;
      check_question(question, fact, tables);
    }
    EXPECT_GT(questions, 0u) << "nothing asks for the fact " << text(fact, "id");
    ++checked;
  }
}

// The same from stored segments, with and without what lets scans read less of them.
void check_stored_facts(const json::Value& facts, const std::string& file, const FileTables& tables) {
  using tables::TermIndex, tables::ZoneMaps;
  for (const auto& [terms, zone_maps] : {std::pair(TermIndex::on, ZoneMaps::on), {TermIndex::none, ZoneMaps::none}}) {
    SCOPED_TRACE(terms == TermIndex::on ? "stored, with index and zone maps" : "stored, without index and zone maps");
    tables::StoreOptions options;
    options.terms = terms;
    options.zone_maps = zone_maps;
    size_t checked = 0;
    check_facts(facts, file, StoredTables(tables, options), checked);
  }
}

struct Ingested {
  std::unique_ptr<FileTables> tables;
  IngestSummary summary;
};

base::Result<Ingested> ingest_file(const fs::path& path) {
  const auto input = TRY(open_input(io::posix_file_system(), path.string()));
  const auto connector = TRY(detect_connector(input, {}));
  const base::SystemClock clock;
  Ingested ingested{std::make_unique<FileTables>(), {}};
  ingested.summary = TRY(Pipeline(*ingested.tables, clock, {}).ingest(*connector, input));
  return ingested;
}

TEST(Telemetry, EveryRecordIsAccountedForAndTheFactsHold) {
  const fs::path folder = shared_data("telemetry");
  if (!fs::exists(folder / "MANIFEST.json")) GTEST_SKIP() << "There is no telemetry at " << folder << ".";
  const auto manifest = read_json(folder / "MANIFEST.json");
  const auto facts = read_json(folder / "expected-telemetry.json");
  const char* only = std::getenv("VEDETTE_TELEMETRY");
  size_t checked = 0;
  for (const auto& entry : json::find(manifest, "entries")->as_array()) {
    const std::string file = text(entry, "file");
    if (only && file.find(only) == std::string::npos) continue;
    const auto ingested = ingest_file(folder / file);
    EXPECT_TRUE(ingested.has_value()) << file << ": " << ingested.error().message;
    if (!ingested) continue;
    const auto& summary = ingested->summary;
    EXPECT_EQ(summary.records, static_cast<uint64_t>(json::find(entry, "events")->as_int64())) << file;
    EXPECT_EQ(summary.quarantined, 0u) << file << ": " << summary.first_problem;
    EXPECT_EQ(summary.mapped + summary.unmapped + summary.quarantined, summary.records) << file;
    if (only)
      std::cout << file << ": " << summary.mapped << " mapped, " << summary.unmapped << " unmapped, "
                << summary.quarantined << " quarantined, " << summary.alerts << " alerts\n";
    check_facts(facts, file, *ingested->tables, checked);
    check_stored_facts(facts, file, *ingested->tables);
  }
  EXPECT_TRUE(only || checked == facts.as_array().size()) << checked;
}

}  // namespace
}  // namespace vedette::ingest
