#include "kqlt_run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "stub_source.h"

namespace vedette::kql::testing {
namespace {

base::Result<Lines> run_case(const KqltCase& test, const Catalog& catalog, const EngineOptions& options,
                             const RunQuery& run_query) {
  const auto execution = TRY(run_query(test.query, catalog, options));
  Lines lines(1);
  for (const columnar::Column& column : execution->schema())
    lines[0] += (lines[0].empty() ? "" : " | ") + column.name + ":" + std::string(to_string(column.type));
  while (const auto batch = TRY(execution->next())) {
    for (size_t row = 0; row < batch->rows; ++row) {
      lines.emplace_back();
      for (size_t i = 0; i < batch->columns.size(); ++i) {
        if (i > 0) lines.back() += " | ";
        append_json(lines.back(), batch->columns[i], row);
      }
    }
  }
  if (test.unordered) std::sort(lines.begin() + 1, lines.end());
  if (execution->schema().empty() && lines.size() == 1) lines.clear();  // consume
  return lines;
}

void define_table(const KqltCase& test, StubCatalog& catalog, const EngineOptions& options,
                  const MakeTable& make_table) {
  EngineOptions whole = options;
  whole.batch_rows = 1'000'000;
  const auto execution = run(test.query, catalog, whole);
  ASSERT_TRUE(execution) << execution.error().message;
  const auto batch = (*execution)->next();
  ASSERT_TRUE(batch && *batch) << "a table needs rows";
  catalog.tables[test.table] = make_table((*execution)->schema(), **batch);
}

}  // namespace

EngineOptions kqlt_options() {
  EngineOptions options;
  options.now = *base::parse_iso_date_time("2024-05-06T07:08:09Z");
  return options;
}

Lines kqlt_answer(const KqltCase& test, const Catalog& catalog, const EngineOptions& options,
                  const RunQuery& run_query) {
  auto lines = run_case(test, catalog, options, run_query);
  if (lines) return *lines;
  return {std::string("error ") + base::to_string(lines.error().code) + ": " + lines.error().message};
}

bool agrees(const Lines& got, Lines expected, bool unordered) {
  if (!expected.empty() && expected[0].starts_with("error ")) {
    const size_t colon = expected[0].find(": ");
    return !got.empty() && got[0].starts_with(expected[0].substr(0, colon + 1)) &&
           got[0].find(expected[0].substr(colon + 2)) != std::string::npos;
  }
  if (unordered && !expected.empty()) std::sort(expected.begin() + 1, expected.end());
  return got == expected;
}

std::string text_of(const Lines& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  return text;
}

void run_kqlt(const std::string& path, std::vector<KqltCase>& cases, const std::string& setting,
              const EngineOptions& options, const MakeTable& make_table, bool bless, const RunQuery& run_query) {
  StubCatalog catalog;
  for (KqltCase& test : cases) {
    SCOPED_TRACE(path + ":" + std::to_string(test.line) + " (" + setting + ")");
    if (!test.table.empty()) {
      define_table(test, catalog, options, make_table);
      continue;
    }
    const Lines got = kqlt_answer(test, catalog, options, run_query);
    if (bless && !agrees(got, test.expected, test.unordered)) test.expected = got;
    EXPECT_TRUE(agrees(got, test.expected, test.unordered)) << test.query << "\n---- expected\n"
                                                            << text_of(test.expected) << "---- got\n"
                                                            << text_of(got);
  }
}

std::string kqlt_path(const std::string& name) {
  return std::string(VEDETTE_SOURCE_DIR "/tests/kql/") + name + ".kqlt";
}

std::vector<std::string> kqlt_file_names() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(VEDETTE_SOURCE_DIR "/tests/kql"))
    if (entry.path().extension() == ".kqlt") names.push_back(entry.path().stem().string());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace vedette::kql::testing
