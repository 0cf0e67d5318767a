// Runs tests/kql/*.kqlt (format: kqlt_file.h), each case under every combination of batch size, optimizer and source.
// With VEDETTE_BLESS set, files are rewritten with what the first combination answers.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "kqlt_file.h"
#include "stub_source.h"
#include "vedette/kql/exec/engine.h"

namespace vedette::kql::testing {
namespace {

using Lines = std::vector<std::string>;

struct Setting {
  size_t batch_rows;
  Optimizer optimizer;
  Eagerness eagerness;

  std::string name() const {
    return std::to_string(batch_rows) + " rows, optimizer " + (optimizer == Optimizer::on ? "on" : "off") +
           ", source applies " + (eagerness == Eagerness::nothing ? "nothing" : "everything");
  }
};

std::vector<Setting> settings() {
  std::vector<Setting> all;
  for (const size_t batch_rows : {size_t{2048}, size_t{3}, size_t{1}})
    for (const auto optimizer : {Optimizer::on, Optimizer::off})
      for (const auto eagerness : {Eagerness::nothing, Eagerness::everything})
        all.push_back({batch_rows, optimizer, eagerness});
  return all;
}

EngineOptions options_of(const Setting& setting) {
  EngineOptions options;
  options.now = *base::parse_iso_date_time("2024-05-06T07:08:09Z");
  options.batch_rows = setting.batch_rows;
  options.optimizer = setting.optimizer;
  return options;
}

base::Result<Lines> run_case(const KqltCase& test, const Catalog& catalog, const Setting& setting) {
  const auto execution = TRY(run(test.query, catalog, options_of(setting)));
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
  return lines;
}

Lines answer(const KqltCase& test, const Catalog& catalog, const Setting& setting) {
  auto lines = run_case(test, catalog, setting);
  if (lines) return *lines;
  return {std::string("error ") + base::to_string(lines.error().code) + ": " + lines.error().message};
}

bool agrees(const Lines& got, Lines expected, bool unordered) {
  if (!expected.empty() && expected[0].starts_with("error ")) {
    const size_t colon = expected[0].find(": ");
    return got[0].starts_with(expected[0].substr(0, colon + 1)) &&
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

void define_table(const KqltCase& test, StubCatalog& catalog, const Setting& setting) {
  Setting whole = setting;
  whole.batch_rows = 1'000'000;
  const auto execution = run(test.query, catalog, options_of(whole));
  ASSERT_TRUE(execution) << execution.error().message;
  const auto batch = (*execution)->next();
  ASSERT_TRUE(batch && *batch) << "a table needs rows";
  catalog.tables[test.table] = make_stub_source((*execution)->schema(), **batch, setting.eagerness);
}

class Kqlt : public ::testing::TestWithParam<std::string> {};

TEST_P(Kqlt, AnswersAsExpected) {
  const std::string path = std::string(VEDETTE_SOURCE_DIR "/tests/kql/") + GetParam() + ".kqlt";
  std::vector<KqltCase> cases = read_kqlt(path);
  const bool bless = std::getenv("VEDETTE_BLESS") != nullptr;
  for (const Setting& setting : settings()) {
    StubCatalog catalog;
    for (KqltCase& test : cases) {
      SCOPED_TRACE(path + ":" + std::to_string(test.line) + " (" + setting.name() + ")");
      if (!test.table.empty()) {
        define_table(test, catalog, setting);
        continue;
      }
      const Lines got = answer(test, catalog, setting);
      if (bless && !agrees(got, test.expected, test.unordered)) test.expected = got;
      EXPECT_TRUE(agrees(got, test.expected, test.unordered)) << test.query << "\n---- expected\n"
                                                              << text_of(test.expected) << "---- got\n"
                                                              << text_of(got);
    }
    if (bless) break;
  }
  if (bless) write_kqlt(path, cases);
}

std::vector<std::string> file_names() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(VEDETTE_SOURCE_DIR "/tests/kql"))
    if (entry.path().extension() == ".kqlt") names.push_back(entry.path().stem().string());
  std::sort(names.begin(), names.end());
  return names;
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Kqlt);
INSTANTIATE_TEST_SUITE_P(Files, Kqlt, ::testing::ValuesIn(file_names()), [](const auto& file) {
  std::string name = file.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace vedette::kql::testing
